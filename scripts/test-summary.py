#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Adds up the results in meson's JUnit logs and prints one line.

TAP programs count once per test point. A build or a program that died without
reporting a failed point is handed in by --extra-failures only when the logs
show no failure at all, so that nothing is counted twice. Exit status 1 when
anything failed or nothing ran.
"""

import argparse
import sys
import xml.etree.ElementTree as ET


def count(path):
    """Returns (passed, failed, skipped) of one JUnit file."""
    passed = failed = skipped = 0
    for case in ET.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extra-failures", type=int, default=0)
    parser.add_argument("logs", nargs="*")
    args = parser.parse_args()
    totals = [0, 0, 0]
    for path in args.logs:
        try:
            totals = [sum(pair) for pair in zip(totals, count(path))]
        except (OSError, ET.ParseError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            totals[1] += 1
    if totals[1] == 0:
        totals[1] = args.extra_failures
    print("%d passed, %d failed, %d skipped" % tuple(totals))
    return 1 if totals[1] or not totals[0] else 0


if __name__ == "__main__":
    sys.exit(main())
