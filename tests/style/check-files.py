#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks each tracked text file: SPDX line, size, line length, blanks, leftovers.

Prints TAP, one point per rule. Limits are those of the developers' guide: a
source file of more than 1000 lines or a line of more than 100 columns fails.
"""

import os
import re
import subprocess
import sys

MAX_LINES = 1000
MAX_COLUMNS = 100
CODE = (".c", ".h", ".py", ".sh")
NAMED_CODE = ("configure", "meson.build", "meson_options.txt", "run")
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
GENERATED = re.compile(r"/(generated|corpus)/")


def tracked(root):
    """Files git knows; in an unpacked archive, all files."""
    try:
        names = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"],
                               check=True, capture_output=True).stdout.decode().split("\0")
        names = [name for name in names if name]
    except (OSError, subprocess.CalledProcessError):
        names = [os.path.relpath(os.path.join(top, name), root)
                 for top, _, files in os.walk(root) for name in files]
    return sorted(name for name in names
                  if os.path.isfile(os.path.join(root, name)) and not GENERATED.search("/" + name))


def is_code(name):
    return name.endswith(CODE) or os.path.basename(name) in NAMED_CODE


def no_spdx(name, text):
    if is_code(name) and "SPDX-License-Identifier: GPL-2.0-or-later" not in "\n".join(
            text.split("\n", 4)[:4]):
        yield f"{name}: no SPDX line in its first lines"


def no_purpose(name, text):
    """The first comment of a C file says what the file is for."""
    if name.endswith((".c", ".h")) and os.path.basename(name) != "trace.h":
        after = text.split("*/", 1)[-1].lstrip()
        if not after.startswith("/*") and text.split("*/", 1)[0].count("\n") < 2:
            yield f"{name}: no comment after the SPDX line that says what the file is for"


def too_long(name, text):
    lines = text.count("\n")
    if is_code(name) and lines > MAX_LINES:
        yield f"{name}: {lines} lines, at most {MAX_LINES}"


def too_wide(name, text):
    if name.endswith((".c", ".h")):
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > MAX_COLUMNS:
                yield f"{name}:{number}: {len(line)} columns, at most {MAX_COLUMNS}"


def bad_blanks(name, text):
    if is_code(name) or name.endswith(".md"):
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip() or ("\t" in line and not name.endswith(".md")):
                yield f"{name}:{number}: tab or blank at the end of the line"


def leftovers(name, text):
    if is_code(name) and "tests/style" not in name:
        for number, line in enumerate(text.split("\n"), 1):
            if LEFTOVER.search(line):
                yield f"{name}:{number}: leftover marker"


def no_final_newline(name, text):
    if is_code(name) and text and not text.endswith("\n"):
        yield f"{name}: no newline at the end"


RULES = [
    ("each code file has its SPDX line", no_spdx, ("x.c", "int a;\n")),
    ("each C file says what it is for", no_purpose, ("x.c", "/* SPDX */\nint a;\n")),
    (f"no code file has more than {MAX_LINES} lines", too_long, ("x.c", "\n" * (MAX_LINES + 1))),
    (f"no C line has more than {MAX_COLUMNS} columns", too_wide, ("x.c", "a" * (MAX_COLUMNS + 1))),
    ("no tabs or trailing blanks", bad_blanks, ("x.c", "a \n")),
    ("no leftover markers", leftovers, ("x.c", "/* " + "FIX" + "ME */\n")),
    ("files end with a newline", no_final_newline, ("x.c", "a")),
]


def main():
    root = sys.argv[1]
    found = {title: [] for title, _, _ in RULES}
    for name in tracked(root):
        try:
            with open(os.path.join(root, name), encoding="utf-8") as stream:
                text = stream.read()
        except UnicodeDecodeError:
            continue
        for title, rule, _ in RULES:
            found[title] += rule(name, text)
    print(f"1..{2 * len(RULES)}")
    number = 0
    for title, rule, sample in RULES:
        number += 1
        noticed = any(True for _ in rule(*sample))
        print(f"{'ok' if noticed else 'not ok'} {number} - checker notices: not {title}")
        number += 1
        print(f"{'not ok' if found[title] else 'ok'} {number} - {title}")
        for sentence in found[title][:30]:
            print(f"# {sentence}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
