#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Generate the C code behind trace points from a trace-events file.

Usage: tracetool.py --backends=log,simple,usdt --group=NAME --format=h|c IN OUT

Each line of IN declares one event (docs/tracing.md describes the syntax):

    name(type arg, type arg, ...) "format" PRIx64 "more format"

--format=h writes one inline function per event that costs one predictable
branch while nobody listens; --format=c writes the event descriptors and the
out-of-line functions that hand the arguments to the backends.  A mistake in
IN is reported as FILE:LINE: message, every mistake of the file in one run,
and nothing is written.
"""

import argparse
import os
import re
import sys

PROVIDER = 'gantry'
BACKENDS = ('log', 'simple', 'usdt')
MAX_ARGS = 12                   # what sys/sdt.h can carry in one probe

# Letter kept in the event descriptor: how a reader must show the 64-bit slot.
SIGNED = {'char', 'signed char', 'short', 'int', 'long', 'long long', 'signed', 'signed int',
          'short int', 'long int', 'long long int', 'signed short', 'signed long',
          'signed long long', 'int8_t', 'int16_t', 'int32_t', 'int64_t', 'ssize_t',
          'ptrdiff_t', 'intptr_t', 'off_t'}
UNSIGNED = {'unsigned', 'unsigned char', 'unsigned short', 'unsigned int', 'unsigned long',
            'unsigned long long', 'unsigned short int', 'unsigned long int',
            'unsigned long long int', 'uint8_t', 'uint16_t', 'uint32_t', 'uint64_t',
            'size_t', 'uintptr_t'}

EVENT_RE = re.compile(r'^(?P<props>(?:[a-z-]+\s+)*)(?P<name>\w+)\s*\((?P<args>[^)]*)\)\s*(?P<format>.*)$')
NAME_RE = re.compile(r'^[A-Za-z][A-Za-z0-9_]*$')
ARG_RE = re.compile(r'^(?P<type>.*?[\s*])(?P<name>[A-Za-z_]\w*)$')
PIECE_RE = re.compile(r'\s*(?:"(?P<text>(?:[^"\\]|\\.)*)"|(?P<macro>[A-Za-z_]\w*))')
PRI_RE = re.compile(r'^PRI[diouxX](?:8|16|32|64|PTR|MAX)$')
CONVERSION_RE = re.compile(r'%(?P<flags>[-+ #0\']*)(?P<width>\*|\d*)(?:\.(?P<precision>\*|\d*))?'
                           r'(?P<length>hh|h|ll|l|j|z|t)?(?P<kind>[diouxXcspm%])')
C_KEYWORDS = set('auto break case const continue default do double else enum extern float for goto '
                 'if inline int long register restrict return short signed sizeof static struct '
                 'switch typedef union unsigned void volatile while'.split())


class EventError(Exception):
    """One declaration that cannot be turned into code."""


class Arg:
    """One argument: its C type, its name and how readers show it."""

    def __init__(self, text):
        match = ARG_RE.match(text)
        if not match:
            raise EventError(f"argument '{text}' must be a type followed by a name")
        self.name = match.group('name')
        self.type = re.sub(r'\s*\*\s*', ' *', ' '.join(match.group('type').split()))
        if not self.type or self.name in C_KEYWORDS or self.name in SIGNED | UNSIGNED:
            raise EventError(f"argument '{text}' has no name")
        self.letter = self._classify()

    def _classify(self):
        words = [w for w in self.type.replace('*', ' * ').split()]
        stars = words.count('*')
        base = ' '.join(w for w in words if w not in ('*', 'const'))
        if stars == 1 and base == 'char':
            return 's'
        if stars:
            if base == 'void' or base in SIGNED | UNSIGNED | {'bool'} or base.startswith('struct '):
                return 'p'
        elif base == 'bool':
            return 'b'
        elif base in SIGNED:
            return 'd'
        elif base in UNSIGNED:
            return 'u'
        raise EventError(f"unsupported type '{self.type}' of argument '{self.name}' (use a C or "
                         "stdint integer type, bool, const char * or void *)")

    def declare(self):
        return self.type + ('' if self.type.endswith('*') else ' ') + self.name

    def slot(self):
        if self.letter == 's':
            return f'{{ .str = {self.name} }}'
        if self.letter == 'p':
            return f'{{ .u64 = (uintptr_t)({self.name}) }}'
        return f'{{ .u64 = (uint64_t)({self.name}) }}'


class Event:
    """One line of a trace-events file."""

    def __init__(self, text, lineno):
        self.lineno = lineno
        match = EVENT_RE.match(text)
        if not match:
            raise EventError('malformed line, expected: name(type arg, ...) "format"')
        self.name = match.group('name')
        props = match.group('props').split()
        unknown = [p for p in props if p != 'disable']
        if unknown:
            raise EventError(f"unknown property '{unknown[0]}' before event '{self.name}' "
                             "(only 'disable' exists)")
        if not NAME_RE.match(self.name) or self.name in C_KEYWORDS:
            raise EventError(f"'{self.name}' is not usable as an event name")
        self.compiled_out = 'disable' in props
        self.args = self._parse_args(match.group('args').strip())
        self.format = match.group('format').strip()
        self._check_format()

    def _parse_args(self, text):
        if text in ('', 'void'):
            return []
        args = [Arg(part.strip()) for part in text.split(',')]
        if len(args) > MAX_ARGS:
            raise EventError(f"event '{self.name}' has {len(args)} arguments, "
                             f"at most {MAX_ARGS} are possible")
        seen = set()
        for arg in args:
            if arg.name in seen:
                raise EventError(f"event '{self.name}' has two arguments named '{arg.name}'")
            seen.add(arg.name)
        return args

    def _check_format(self):
        if not self.format:
            raise EventError(f"event '{self.name}' has no format string (write \"\" for none)")
        flat, pos = '', 0
        while pos < len(self.format):
            piece = PIECE_RE.match(self.format, pos)
            if not piece:
                raise EventError(f"event '{self.name}': format is not a sequence of \"strings\" "
                                 f"and PRI macros at: {self.format[pos:].strip()}")
            macro = piece.group('macro')
            if macro and not PRI_RE.match(macro):
                raise EventError(f"event '{self.name}': unknown macro '{macro}' in the format")
            flat += macro[3] if macro else piece.group('text')
            pos = piece.end()
        if flat.endswith('\\n'):
            raise EventError(f"event '{self.name}': the format must not end in a newline")
        self.log_format = self.format if flat else '"%s", ""'   # compilers warn of empty formats
        wanted = self._count_conversions(flat)
        if wanted != len(self.args):
            raise EventError(f"event '{self.name}': the format takes {wanted} argument(s), "
                             f"{len(self.args)} declared")

    def _count_conversions(self, flat):
        wanted, pos = 0, flat.find('%')
        while pos >= 0:
            conversion = CONVERSION_RE.match(flat, pos)
            if not conversion:
                raise EventError(f"event '{self.name}': unsupported conversion at "
                                 f"'{flat[pos:pos + 8]}' in the format")
            wanted += [conversion.group('width'), conversion.group('precision')].count('*')
            wanted += 0 if conversion.group('kind') in '%m' else 1
            pos = flat.find('%', conversion.end())
        return wanted

    @property
    def letters(self):
        return ''.join(arg.letter for arg in self.args)

    @property
    def symbol(self):
        return f'trace_event_{self.name}_desc'

    def params(self):
        return ', '.join(arg.declare() for arg in self.args) or 'void'

    def names(self):
        return ', '.join(arg.name for arg in self.args)


def events_parse(path):
    """Return (events, messages); messages name the file and the line."""
    events, messages, first_line = [], [], {}
    with open(path, encoding='utf-8') as stream:
        lines = stream.read().split('\n')
    pending, start = '', 0
    for number, raw in enumerate(lines, 1):
        if not pending:
            start = number
        line = pending + raw.strip()
        pending = ''
        if line.endswith('\\') and not line.startswith('#'):
            pending = line[:-1] + ' '
            continue
        if not line or line.startswith('#'):
            continue
        try:
            event = Event(line, start)
            if event.name in first_line:
                raise EventError(f"event '{event.name}' is already declared in line "
                                 f"{first_line[event.name]}")
            first_line[event.name] = start
            events.append(event)
        except EventError as error:
            messages.append(f'{path}:{start}: {error}')
    if pending:
        messages.append(f'{path}:{start}: the last line ends in a backslash')
    return events, messages


def header_write(out, group, events, backends):
    guard = f'TRACE_GENERATED_{group.upper()}_H'
    out.append(f'#ifndef {guard}\n#define {guard}\n\n#include "trace/event.h"\n')
    for event in events:
        upper = f'TRACE_{event.name.upper()}'
        out.append(f'#define {upper}_ENABLED {0 if event.compiled_out else 1}')
        if event.compiled_out:
            out.append(f'#define {upper}_STATE() false\n#define {upper}_WANTED() false\n'
                       f'static inline void trace_{event.name}({event.params()})\n{{\n}}\n')
            continue
        sem = f'{PROVIDER}_{event.name}_semaphore'
        wanted = f'trace_event_switch(&{event.symbol})'
        out.append(f'extern TraceEvent {event.symbol};')
        if 'usdt' in backends:
            out.append(f'extern volatile unsigned short {sem};')
            wanted = f'({wanted} | {sem})'
        out.append(f'#define {upper}_STATE() trace_event_is_on(&{event.symbol})\n'
                   f'#define {upper}_WANTED() ({wanted} != 0)\n'
                   f'void trace_{event.name}_emit({event.params()});\n'
                   f'static inline void trace_{event.name}({event.params()})\n{{\n'
                   f'    if (__builtin_expect({upper}_WANTED(), 0)) {{\n'
                   f'        trace_{event.name}_emit({event.names()});\n    }}\n}}\n')
    out.append('#endif')


def emit_body(event, backends):
    lines = []
    if 'log' in backends:
        args = ''.join(', ' + arg.name for arg in event.args)
        lines.append(f'        trace_log_emit(&{event.symbol}, {event.log_format}{args});')
    if 'simple' in backends:
        slots = ', '.join(arg.slot() for arg in event.args) or '{ .u64 = 0 }'
        lines.append(f'        trace_simple_emit(&{event.symbol}, (const TraceArg[]){{ {slots} }});')
    body = [f'    if (trace_event_is_on(&{event.symbol})) {{'] + lines + ['    }'] if lines else []
    if 'usdt' in backends:
        count = str(len(event.args)) if event.args else ''
        args = ''.join(', ' + arg.name for arg in event.args)
        body += [f'    if ({PROVIDER}_{event.name}_semaphore) {{',
                 f'        STAP_PROBE{count}({PROVIDER}, {event.name}{args});', '    }']
    return '\n'.join(body)


def source_write(out, group, events, backends):
    out.append('#include "qemu/osdep.h"\n#include "trace/event.h"')
    if 'usdt' in backends:
        out.append('#define SDT_USE_VARIADIC 1\n#define _SDT_HAS_SEMAPHORES 1\n#include <sys/sdt.h>')
    out.append(f'#include "trace-{group}.h"\n')
    live = [event for event in events if not event.compiled_out]
    for event in live:
        out.append(f'TraceEvent {event.symbol} = {{\n    .name = "{event.name}",\n'
                   f'    .format = {event.format},\n    .letters = "{event.letters}",\n}};')
        if 'usdt' in backends:
            out.append('__attribute__((section(".probes")))\n'
                       f'volatile unsigned short {PROVIDER}_{event.name}_semaphore;')
        out.append(f'\n__attribute__((cold, noinline)) void trace_{event.name}_emit'
                   f'({event.params()})\n{{\n{emit_body(event, backends)}\n}}\n')
    if not live:
        return
    table = ', '.join(f'&{event.symbol}' for event in live)
    out.append(f'static TraceEvent *const group_events[] = {{ {table} }};\n'
               f'static TraceEventGroup group = {{\n    .name = "{group}",\n'
               f'    .events = group_events,\n    .count = {len(live)},\n}};\n\n'
               '__attribute__((constructor)) static void group_register(void)\n{\n'
               '    trace_event_group_register(&group);\n}')


def output_replace(path, text):
    """Write @text to @path so that an interrupted run leaves no half file."""
    temporary = f'{path}.{os.getpid()}.tmp'
    with open(temporary, 'w', encoding='utf-8') as stream:
        stream.write(text)
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--backends', default='log', help='comma separated: ' + ', '.join(BACKENDS))
    parser.add_argument('--group', required=True, help='name of the folder in identifiers')
    parser.add_argument('--format', choices=('h', 'c'), required=True)
    parser.add_argument('input')
    parser.add_argument('output')
    options = parser.parse_args()

    backends = [name for name in options.backends.split(',') if name]
    for name in backends:
        if name not in BACKENDS:
            parser.error(f"unknown backend '{name}' (choose from {', '.join(BACKENDS)})")
    if not re.match(r'^\w+$', options.group):
        parser.error(f"group '{options.group}' is not a C identifier")
    try:
        events, messages = events_parse(options.input)
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f'{options.input}: {error}')
    if messages:
        sys.exit('\n'.join(messages))
    out = [f'/* Generated by scripts/tracetool.py for group {options.group}; do not edit. */']
    (header_write if options.format == 'h' else source_write)(out, options.group, events, backends)
    output_replace(options.output, '\n'.join(out) + '\n')


if __name__ == '__main__':
    main()
