#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compiles each public header on its own, after qemu/osdep.h as every source does.

Usage: check-headers.py SOURCE-ROOT BUILD-ROOT COMPILER... Prints TAP, one
point per header plus one that proves that a broken header is noticed.
"""

import concurrent.futures
import os
import subprocess
import sys

FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter",
         "-fwrapv", "-Wno-missing-field-initializers", "-Wno-sign-compare", "-Wredundant-decls",
         "-fsyntax-only", "-x", "c", "-"]


def compile_text(compiler, flags, text):
    """Returns the compiler's complaints, empty when there are none."""
    run = subprocess.run(compiler + flags + FLAGS, input=text, text=True, capture_output=True,
                         check=False)
    return run.stderr if run.returncode else ""


def main():
    source, build, *compiler = sys.argv[1:]
    packages = ["glib-2.0", "liburcu", "json-c"]
    flags = subprocess.run(["pkg-config", "--cflags"] + packages, text=True, capture_output=True,
                           check=True).stdout.split()
    include = os.path.join(source, "include")
    flags += ["-I" + build, "-I" + source, "-I" + include]
    headers = sorted(os.path.relpath(os.path.join(top, name), include)
                     for top, _, names in os.walk(include) for name in names if name.endswith(".h"))

    def check(header):
        # Twice: the include guard is part of the promise.
        line = f'#include "{header}"\n'
        return compile_text(compiler, flags, '#include "qemu/osdep.h"\n' + line * 2)

    print(f"1..{len(headers) + 1}")
    broken = compile_text(compiler, flags, "unknown_type x;\n")
    print(f"{'ok' if broken else 'not ok'} 1 - a broken header is noticed")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, (header, text) in enumerate(zip(headers, pool.map(check, headers)), 2):
            print(f"{'not ok' if text else 'ok'} {number} - {header} stands alone")
            for line in text.splitlines()[:5]:
                print(f"# {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
