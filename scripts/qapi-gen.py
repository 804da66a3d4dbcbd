#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Generates C from the QMP schema; docs/qapi.md tells the language.

usage: qapi-gen.py [--modules LIST] [--include-folder FOLDER] SCHEMA OUTPUT-FOLDER

--modules is the comma separated list of modules the build expects; it is an
error if the schema has others. --include-folder is where C code finds the
generated headers.
"""

import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from qapi import gen_commands, gen_events, gen_introspect, gen_types, gen_visit  # noqa: E402
from qapi.schema import Schema  # noqa: E402
from qapi.source import SchemaError  # noqa: E402
from qapi.writer import CFile  # noqa: E402


def _generate(schema, folder):
    kinds = {'types': gen_types, 'visit': gen_visit, 'commands': gen_commands,
             'events': gen_events}
    sources = {kind: CFile(f'qapi-{kind}.c', f'{kind} of the schema') for kind in kinds}
    files = list(sources.values())
    for kind, generator in kinds.items():
        for module in schema.modules:
            files.append(generator.generate(schema, module, sources[kind]))
    files.append(gen_commands.generate_table(schema, sources['commands']))
    files.append(gen_events.generate_enum(schema, sources['events']))
    files += gen_introspect.generate(schema)
    os.makedirs(folder, exist_ok=True)
    for file in files:
        file.write(folder)


def main():
    parser = argparse.ArgumentParser(description='Generates C from the QMP schema.')
    parser.add_argument('--modules', help='modules the build expects')
    parser.add_argument('--include-folder', default=CFile.include_folder,
                        help='where C code finds the generated headers')
    parser.add_argument('schema')
    parser.add_argument('folder')
    args = parser.parse_args()
    CFile.include_folder = args.include_folder
    try:
        schema = Schema(args.schema)
        if args.modules is not None:
            expected = set(args.modules.split(','))
            for module in sorted(expected ^ set(schema.modules)):
                what = 'is not listed in' if module in schema.modules else 'is only in'
                raise SchemaError(args.schema, f"module '{module}' {what} qapi/meson.build")
        _generate(schema, args.folder)
    except SchemaError as err:
        print(err, file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
