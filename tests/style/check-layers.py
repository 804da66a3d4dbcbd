#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that each file includes headers of its own layer and lower ones only.

The table is layers.json beside this script. Prints TAP, one point per folder
plus one that proves that the checker sees a violation.
"""

import fnmatch
import json
import os
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


class Layers:
    """Knows the rank and the layer of every folder and public header."""

    def __init__(self, root, table):
        self.root = root
        self.headers = table["headers"]
        self.layer_of = {}
        for rank, layers in enumerate(table["ranks"]):
            for index, folders in enumerate(layers):
                for folder in folders:
                    self.layer_of[folder] = (rank, index)

    def owner(self, path):
        """The folder that owns the project file or generated header `path`."""
        for pattern, folder in self.headers:
            if fnmatch.fnmatchcase(path, pattern):
                return folder
        folder = os.path.dirname(path)
        while folder and folder not in self.layer_of:
            folder = os.path.dirname(folder)
        return folder or None

    def resolve(self, includer, name):
        """Path of the included file relative to the root; None when generated for one folder."""
        if name == "trace.h" or re.fullmatch(r"trace-\w+\.h", name):
            return None
        for candidate in (os.path.join(os.path.dirname(includer), name), "include/" + name, name):
            candidate = os.path.normpath(candidate)
            if os.path.exists(os.path.join(self.root, candidate)):
                return candidate
        return name

    def violations(self, path, text):
        """Yields one sentence for each include of `path` that goes upwards."""
        owner = self.owner(path)
        if owner is None or owner not in self.layer_of:
            yield f"{path}: no layer owns it; name its folder or header in layers.json"
            return
        mine = self.layer_of[owner]
        for name in INCLUDE.findall(text):
            target = self.resolve(path, name)
            if target is None:
                continue
            other = self.owner(target)
            if other is None or other not in self.layer_of:
                yield f"{path}: \"{name}\" belongs to no layer; name it in layers.json"
                continue
            theirs = self.layer_of[other]
            if theirs != mine and theirs[0] >= mine[0]:
                yield f"{path} ({owner}) includes \"{name}\" of {other}"


def project_files(root):
    """C sources and headers outside tests/, grouped by the first two folder names."""
    groups = {}
    for top, folders, names in os.walk(root):
        relative = os.path.relpath(top, root)
        if relative == ".":
            folders[:] = [f for f in folders
                          if not f.startswith((".", "build")) and f not in ("tests", "docs", "scripts")]
        for name in names:
            if name.endswith((".c", ".h")):
                path = os.path.normpath(os.path.join(relative, name))
                groups.setdefault(os.path.normpath(relative), []).append(path)
    return groups


def main():
    root = sys.argv[1]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers.json"),
              encoding="utf-8") as stream:
        layers = Layers(root, json.load(stream))
    groups = project_files(root)
    print(f"1..{len(groups) + 1}")
    number = 1
    seen = list(layers.violations("util/example.c", '#include "hw/qdev-core.h"\n'))
    print(f"{'ok' if len(seen) == 1 else 'not ok'} {number} - an upward include is noticed")
    for folder, paths in sorted(groups.items()):
        number += 1
        found = []
        for path in sorted(paths):
            with open(os.path.join(root, path), encoding="utf-8") as stream:
                found += layers.violations(path, stream.read())
        print(f"{'not ok' if found else 'ok'} {number} - {folder}")
        for sentence in found:
            print(f"# {sentence}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
