#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print a binary trace file written by the simple trace backend.

Usage: trace-simple.py [--delta] FILE

One line per event: seconds since the trace began (or since the line before,
with --delta), the thread id in brackets, the event's name and its arguments
in the event's own format.  The file's layout is described in
util/trace-simple.c.
"""

import argparse
import re
import struct
import sys

MAGIC = 0x4543415254544e47
VERSION = 1
KIND_MAPPING = 0xffffffff
KIND_DROPPED = 0xfffffffe

CONVERSION_RE = re.compile(r'%(?P<flags>[-+ #0\']*)(?P<width>\*|\d*)(?:\.(?P<precision>\*|\d*))?'
                           r'(?:hh|h|ll|l|j|z|t)?(?P<kind>[diouxXcspm%])')


class TraceError(Exception):
    """The file is not a complete trace."""


class Reader:
    """A cursor over the bytes of a file or of one record."""

    def __init__(self, data, order):
        self.data, self.order, self.pos = data, order, 0

    def take(self, fmt):
        size = struct.calcsize(self.order + fmt)
        if self.pos + size > len(self.data):
            raise TraceError('the file ends in the middle of a record')
        value, = struct.unpack_from(self.order + fmt, self.data, self.pos)
        self.pos += size
        return value

    def take_text(self):
        size = self.take('H')
        text = self.data[self.pos:self.pos + size]
        if len(text) != size:
            raise TraceError('the file ends in the middle of a record')
        self.pos += size
        return text.decode('utf-8', 'replace')


def value_signed(value):
    return value - (1 << 64) if value >> 63 else value


def value_format(flags, width, precision, kind, value):
    """Render one argument as C's printf would."""
    if kind == 'p':
        return f'{value:#x}' if value else '(nil)'
    flags = flags.replace("'", '')
    spec = '%' + flags + width + ('.' + precision if precision is not None else '')
    if kind == 's':
        return (spec + 's') % value
    if kind == 'c':
        return (spec + 'c') % chr(value & 0xff)
    if kind in 'di':
        return (spec + 'd') % value_signed(value)
    if kind == 'u':
        return (spec + 'd') % value
    if kind == 'o' and '#' in flags:
        return (spec.replace('#', '') + 's') % ('0' + format(value, 'o') if value else '0')
    if not value:
        spec = spec.replace('#', '')    # C writes no 0x before a zero
    return (spec + kind) % value


def args_format(fmt, letters, values):
    """Fill the event's format; what C's int would cut off is cut off here."""
    out, last, queue = '', 0, list(zip(letters, values))
    for match in CONVERSION_RE.finditer(fmt):
        out += fmt[last:match.start()]
        last = match.end()
        kind = match.group('kind')
        if kind in '%m':
            out += '%' if kind == '%' else 'errno'
            continue
        sizes = [match.group('width'), match.group('precision')]
        for index, size in enumerate(sizes):
            if size == '*':
                sizes[index] = str(value_signed(queue.pop(0)[1]))
        letter, value = queue.pop(0)
        if letter == 'd' and kind in 'xXou' and 'l' not in match.group(0)[:-1] and value >> 63:
            value &= 0xffffffff
        out += value_format(match.group('flags'), sizes[0], sizes[1], kind, value)
    return out + fmt[last:]


def file_open(data):
    for order in '<>':
        reader = Reader(data, order)
        if len(data) >= 32 and reader.take('Q') == MAGIC:
            version = reader.take('I')
            if version != VERSION:
                raise TraceError(f'version {version} of the format is not known')
            reader.take('I')
            reader.take('Q')
            return reader, reader.take('Q')
    raise TraceError('not a trace file')


def record_print(reader, order, events, clock, delta):
    size, kind = reader.take('I'), reader.take('I')
    if size < 8 or reader.pos + size - 8 > len(reader.data):
        raise TraceError('the file ends in the middle of a record')
    body = Reader(reader.data[reader.pos:reader.pos + size - 8], order)
    reader.pos += size - 8
    if kind == KIND_MAPPING:
        number = body.take('I')
        events[number] = (body.take_text(), body.take_text(), body.take_text())
    elif kind == KIND_DROPPED:
        print(f'# dropped {body.take("Q")} events')
    else:
        if kind not in events:
            raise TraceError(f'event {kind} has no name in this file')
        name, letters, fmt = events[kind]
        now, thread = body.take('Q'), body.take('I')
        values = [body.take_text() if letter == 's' else body.take('Q') for letter in letters]
        print(f'{(now - clock[0]) / 1e9:.6f} [{thread}] {name} {args_format(fmt, letters, values)}')
        if delta:
            clock[0] = now


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--delta', action='store_true', help='time since the line before')
    parser.add_argument('file')
    options = parser.parse_args()
    try:
        with open(options.file, 'rb') as stream:
            data = stream.read()
        reader, start = file_open(data)
        events, clock = {}, [start]
        while reader.pos < len(data):
            record_print(reader, reader.order, events, clock, options.delta)
    except (OSError, TraceError) as error:
        sys.exit(f'{options.file}: {error}')
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == '__main__':
    main()
