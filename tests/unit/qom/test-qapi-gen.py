#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The schema compiler: each mistake in a schema is named with its place."""

import os
import subprocess
import sys
import tempfile
import unittest

GENERATOR = os.environ.get('QAPI_GEN') or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), '../../../scripts/qapi-gen.py')

sys.path.insert(0, os.path.dirname(GENERATOR))

from qapi.schema import Schema  # noqa: E402
from qapi.source import SchemaError  # noqa: E402

STRUCT = "{ 'struct': 'Thing', 'data': { 'a': 'int' } }\n"

# schema, expected line, part of the message
MISTAKES = {
    'unknown_type': (STRUCT + "{ 'struct': 'Other',\n  'data': { 'b': 'Thin' } }\n", 3,
                     "member 'b' of 'Other' uses unknown type 'Thin'"),
    'unknown_base': ("{ 'struct': 'Other', 'base': 'Nix', 'data': {} }\n", 1,
                     "base of 'Other' uses unknown type 'Nix'"),
    'unknown_return': ("{ 'command': 'do-it', 'returns': 'Nix' }\n", 1,
                       "'do-it' uses unknown type 'Nix'"),
    'duplicate_type': (STRUCT + STRUCT, 2, "'Thing' is defined twice"),
    'duplicate_after_c_name': ("{ 'command': 'a-b' }\n{ 'enum': 'A_b', 'data': [] }\n", 2,
                               'must be CamelCase'),
    'duplicate_key': ("{ 'enum': 'Enum', 'data': [ 'a' ],\n 'data': [] }\n", 2,
                      "key 'data' is there twice"),
    'duplicate_value': ("{ 'enum': 'Enum', 'data': [ 'a', 'b', 'a' ] }\n", 1,
                        "value 'a' is there twice"),
    'builtin_redefined': ("{ 'enum': 'QType', 'data': [] }\n", 1, 'is a built-in type'),
    'bad_type_name': ("{ 'struct': 'thing', 'data': {} }\n", 1,
                      "type name 'thing' must be CamelCase"),
    'bad_command_name': ("{ 'command': 'Do_it' }\n", 1,
                         "command name 'Do_it' must be lower-case-with-hyphens"),
    'bad_event_name': ("{ 'event': 'Event' }\n", 1, "event name 'Event' must be UPPER_CASE"),
    'bad_member_name': ("{ 'struct': 'Thing', 'data': {\n 'A': 'int' } }\n", 2,
                        "member name 'A' must be lower-case"),
    'reserved_member': ("{ 'struct': 'Thing', 'data': { 'u': 'int' } }\n", 1, 'reserved'),
    'list_type_name': ("{ 'struct': 'ThingList', 'data': {} }\n", 1, "must not end in 'List'"),
    'missing_include': ("\n{ 'include': 'nowhere.json' }\n", 2, "cannot read"),
    'unknown_key': ("{ 'struct': 'Thing', 'data': {},\n  'dat': {} }\n", 2, "has no key 'dat'"),
    'missing_key': ("{ 'struct': 'Thing' }\n", 1, "lacks key 'data'"),
    'no_definition': ("{ 'thing': 'x' }\n", 1, 'expected one definition'),
    'two_definitions': ("{ 'enum': 'Enum', 'command': 'x', 'data': [] }\n", 1,
                        'expected one definition'),
    'unquoted': ("{ 'enum': Enum }\n", 1, "'Enum' is no value; strings need quotes"),
    'open_string': ("{ 'enum': 'Enum\n }\n", 1, 'string without end'),
    'missing_comma': ("{ 'enum': 'Enum'\n  'data': [] }\n", 2, "expected '}'"),
    'stray_character': ("\n\n%\n", 3, "stray '%'"),
    'open_comment': ("##\n# @X:\n{ 'enum': 'Enum', 'data': [] }\n", 1, "without closing '##'"),
    'wrong_comment': ("##\n# @Other:\n##\n{ 'enum': 'Enum', 'data': [] }\n", 1,
                      "comment is about 'Other', not 'Enum'"),
    'comment_of_unknown_member':
        ("##\n# @Enum:\n#\n# @b: what\n##\n{ 'enum': 'Enum', 'data': [ 'a' ] }\n", 4,
         "describes unknown 'b'"),
    'comment_required': ("{ 'pragma': { 'doc-required': true } }\n" + STRUCT, 2,
                         "struct 'Thing' has no comment '@Thing:'"),
    'bad_pragma': ("{ 'pragma': { 'x': true } }\n", 1, "bad pragma 'x'"),
    'base_of_itself': ("{ 'struct': 'Thing', 'base': 'Thing', 'data': {} }\n", 1,
                       'is a base of itself'),
    'member_collides': (STRUCT + "{ 'struct': 'Other', 'base': 'Thing',\n"
                        "  'data': { 'a': 'str' } }\n", 3, "member 'a' collides"),
    'union_unknown_branch':
        (STRUCT + "{ 'enum': 'Enum', 'data': [ 'x' ] }\n"
         "{ 'union': 'Choice', 'base': { 'e': 'Enum' }, 'discriminator': 'e',\n"
         "  'data': { 'y': 'Thing' } }\n", 4, "branch 'y' is no value of 'Enum'"),
    'union_bad_discriminator':
        (STRUCT + "{ 'union': 'Choice', 'base': { 'e': 'str' }, 'discriminator': 'e',\n"
         "  'data': { 'y': 'Thing' } }\n", 2, "discriminator 'e' of 'Choice' must be an enum"),
    'union_branch_not_struct':
        ("{ 'enum': 'Enum', 'data': [ 'x' ] }\n"
         "{ 'union': 'Choice', 'base': { 'e': 'Enum' }, 'discriminator': 'e',\n"
         "  'data': { 'x': 'str' } }\n", 3, "'str' is no struct or union"),
    'union_argument_unboxed':
        (STRUCT + "{ 'enum': 'Enum', 'data': [ 'x' ] }\n"
         "{ 'union': 'Choice', 'base': { 'e': 'Enum' }, 'discriminator': 'e',\n"
         "  'data': { 'x': 'Thing' } }\n{ 'command': 'c', 'data': 'Choice' }\n", 5,
         "needs 'boxed': true"),
    'alternate_ambiguous': ("{ 'alternate': 'Alt', 'data': { 'a': 'int',\n 'b': 'number' } }\n",
                            2, "cannot be told apart"),
    'alternate_any': ("{ 'alternate': 'Alt', 'data': { 'a': 'any' } }\n", 1,
                      "'a' cannot be a branch"),
    'scalar_return': ("{ 'command': 'get', 'returns': 'str' }\n", 1,
                      'must return an object or a list'),
    'list_of_two': ("{ 'struct': 'Thing', 'data': { 'l': [ 'int', 'str' ] } }\n", 1,
                    'a list names one element type'),
    'feature_twice': ("{ 'command': 'c', 'features': [ 'f', 'f' ] }\n", 1, 'given twice'),
}


def _generate(folder, text, *options):
    schema = os.path.join(folder, 'schema.json')
    with open(schema, 'w', encoding='utf-8') as file:
        file.write(text)
    return subprocess.run([sys.executable, GENERATOR, *options, schema,
                           os.path.join(folder, 'out')],
                          capture_output=True, text=True, check=False), schema


class Mistakes(unittest.TestCase):
    """One test per entry of MISTAKES, added below."""


def _add(name, text, line, message):
    def check(self):
        with tempfile.TemporaryDirectory() as folder:
            schema = os.path.join(folder, 'schema.json')
            with open(schema, 'w', encoding='utf-8') as file:
                file.write(text)
            with self.assertRaises(SchemaError) as caught:
                Schema(schema)
            self.assertTrue(str(caught.exception).startswith(f'{schema}:{line}: '),
                            caught.exception)
            self.assertIn(message, str(caught.exception))

    setattr(Mistakes, f'test_{name}', check)


for _name, _case in MISTAKES.items():
    _add(_name, *_case)


class Output(unittest.TestCase):
    def test_mistake_leaves_no_output(self):
        with tempfile.TemporaryDirectory() as folder:
            result, schema = _generate(folder, '?')
            self.assertEqual(result.returncode, 1)
            self.assertEqual(result.stderr, f"{schema}:1: stray '?'\n")
            self.assertFalse(os.path.exists(os.path.join(folder, 'out')))

    def test_unchanged_file_is_not_touched(self):
        with tempfile.TemporaryDirectory() as folder:
            _generate(folder, STRUCT)
            header = os.path.join(folder, 'out', 'qapi-types-schema.h')
            os.utime(header, (1, 1))
            _generate(folder, STRUCT)
            self.assertEqual(os.stat(header).st_mtime, 1)

    def test_file_is_included_once(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'other.json'), 'w', encoding='utf-8') as file:
                file.write("{ 'include': 'schema.json' }\n" + STRUCT)
            result, _ = _generate(folder, "{ 'include': 'other.json' }\n"
                                  "{ 'include': './other.json' }\n"
                                  "{ 'struct': 'User', 'data': { 't': 'Thing' } }\n")
            self.assertEqual(result.stderr, '')

    def test_mistake_in_included_file_names_it(self):
        with tempfile.TemporaryDirectory() as folder:
            other = os.path.join(folder, 'other.json')
            with open(other, 'w', encoding='utf-8') as file:
                file.write('\n?\n')
            result, _ = _generate(folder, "{ 'include': 'other.json' }\n")
            self.assertTrue(result.stderr.startswith(f'{other}:2: '), result.stderr)

    def test_unlisted_module_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            result, _ = _generate(folder, STRUCT, '--modules=other')
            self.assertEqual(result.returncode, 1)
            self.assertIn("module 'other' is only in qapi/meson.build", result.stderr)


if __name__ == '__main__':
    unittest.main()
