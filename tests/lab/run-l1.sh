#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a command in an emulated arm64 host; run-l1.sh --help says how.
exec python3 "$(dirname "$0")/run-l1.py" "$@"
