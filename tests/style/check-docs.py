#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that the documents agree with the tree.

Relative links lead somewhere, files named in backquotes exist, every page of
docs/ can be reached from README.md, and a folder with more than ten sources
has a README.md. Prints TAP, one point per rule plus one that proves that the
checker notices a violation.
"""

import glob
import os
import re
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
NAMED_FILE = re.compile(r"`((?:[\w.-]+/)+[\w.*-]+\.(?:c|h|py|sh|md|json))`")
SOURCES = ("util", "qom", "qapi", "chardev", "system", "hw", "accel", "migration", "monitor", "target")
MANY = 10


def pages(root):
    """Every Markdown file of the tree, relative to the root."""
    found = []
    for top, folders, names in os.walk(root):
        if top == root:
            folders[:] = [f for f in folders if not f.startswith((".", "build"))]
        found += [os.path.relpath(os.path.join(top, n), root) for n in names if n.endswith(".md")]
    return sorted(found)


def links(page, text):
    """Link targets of a page inside of the tree, relative to the root."""
    for target in LINK.findall(text):
        if "://" not in target:
            yield os.path.normpath(os.path.join(os.path.dirname(page), target))


def broken_links(root, texts):
    for page, text in texts.items():
        for target in links(page, text):
            if not os.path.exists(os.path.join(root, target)):
                yield f"{page}: link to {target}, which does not exist"


def missing_files(root, texts):
    for page, text in texts.items():
        for name in NAMED_FILE.findall(text):
            if name.startswith("qapi/qapi-"):  # generated in the build folder
                continue
            beside = os.path.join(os.path.dirname(page), name)
            if not any(glob.glob(os.path.join(root, base))
                       for base in (name, "include/" + name, beside)):
                yield f"{page}: names {name}, which does not exist"


def unreachable_pages(root, texts):
    del root
    reached, todo = set(), ["README.md"]
    while todo:
        page = todo.pop()
        if page in texts and page not in reached:
            reached.add(page)
            todo += links(page, texts[page])
    for page in texts:
        if page.startswith("docs/") and page not in reached:
            yield f"{page}: no link leads here from README.md"


def folders_without_readme(root, texts):
    for source in SOURCES:
        for top, _, names in os.walk(os.path.join(root, source)):
            folder = os.path.relpath(top, root)
            if (sum(n.endswith(".c") for n in names) > MANY and
                    os.path.join(folder, "README.md") not in texts):
                yield f"{folder}: more than {MANY} sources and no README.md"


RULES = [
    ("links lead somewhere", broken_links),
    ("files named in backquotes exist", missing_files),
    ("every page can be reached from README.md", unreachable_pages),
    ("large folders have a README.md", folders_without_readme),
]


def main():
    root = sys.argv[1]
    texts = {}
    for page in pages(root):
        with open(os.path.join(root, page), encoding="utf-8") as stream:
            texts[page] = stream.read()
    sample = {"docs/lost.md": "[x](nowhere.md) and `util/nothing.c`"}
    noticed = all(list(rule(root, sample)) for _, rule in RULES)
    print(f"1..{len(RULES) + 1}")
    print(f"{'ok' if noticed else 'not ok'} 1 - each rule notices a violation")
    for number, (title, rule) in enumerate(RULES, 2):
        found = list(rule(root, texts))
        print(f"{'not ok' if found else 'ok'} {number} - {title}")
        for sentence in found[:30]:
            print(f"# {sentence}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
