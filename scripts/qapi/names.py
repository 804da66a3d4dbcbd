# SPDX-License-Identifier: GPL-2.0-or-later
"""How schema names look, and what they become in C."""

import re

# Words that C, its library's macros or GCC would take for something else.
_RESERVED = set('''
    auto break case char const continue default do double else enum extern float
    for goto if inline int long register restrict return short signed sizeof static
    struct switch typedef union unsigned void volatile while asm typeof alignas
    alignof bool true false errno linux unix i386 arm mips sparc sun
    '''.split())

_TYPE = re.compile(r'[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*$')
_COMMAND = re.compile(r'[a-z][a-z0-9]*(-[a-z0-9]+)*$')
_EVENT = re.compile(r'[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$')
_MEMBER = re.compile(r'[a-z][a-z0-9]*(-[a-z0-9]+)*$')
_VALUE = re.compile(r'[a-z0-9]+([-_][a-z0-9]+)*$')
_LENIENT = re.compile(r'[A-Za-z][A-Za-z0-9_-]*$')


def _plain(name):
    """Without the prefixes of vendor extensions and unstable names."""
    name = re.sub(r'^__[A-Za-z0-9.-]+_', '', name)
    return name[2:] if name.startswith('x-') else name


def name_problem(kind, name, lenient=False):
    """What is wrong with @name as a @kind, or None."""
    rules = {'type': (_TYPE, 'CamelCase'), 'command': (_COMMAND, 'lower-case-with-hyphens'),
             'event': (_EVENT, 'UPPER_CASE'), 'member': (_MEMBER, 'lower-case-with-hyphens'),
             'value': (_VALUE, 'lower-case-with-hyphens')}
    rule, wanted = rules[kind]
    plain = _plain(name)
    if lenient and _LENIENT.match(plain):
        return None
    if not rule.match(plain):
        return f"{kind} name '{name}' must be {wanted}"
    if name.startswith('q-') or kind == 'member' and c_name(name).startswith('has_'):
        return f"name '{name}' is reserved"
    if kind == 'member' and name in ('u', 'base'):
        return f"name '{name}' is reserved"
    if kind == 'type' and name.endswith('List'):
        return f"type name '{name}' must not end in 'List'"
    return None


def c_name(name, protect=True):
    """@name as a C identifier."""
    result = re.sub(r'[^A-Za-z0-9_]', '_', name)
    if protect and (result in _RESERVED or result[:1].isdigit()):
        return 'q_' + result
    return result


def c_upper(name):
    """CamelCase as CAMEL_CASE."""
    parts = re.sub(r'(?<=[^_])(?=[A-Z][a-z])|(?<=[0-9])(?=[A-Z])', '_', c_name(name, False))
    return parts.upper()


def c_enum_const(type_name, value, prefix=None):
    """The C constant of an enumeration's value."""
    return f'{prefix or c_upper(type_name)}_{c_name(value, False).upper()}'
