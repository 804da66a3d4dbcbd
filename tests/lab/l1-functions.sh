# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shell functions of the scenarios, which run in the emulated host (L1).
# $host is its kind: virt3, virt2 or zcu102.

for word in $(cat /proc/cmdline); do
    case $word in labhost=*) host=${word#labhost=} ;; esac
done

# ok TEXT: a point of the test's report.
ok() {
    echo "ok - $*"
}

# fail TEXT: the scenario ends here.
fail() {
    echo "FAILED: $*"
    exit 1
}

# expect TEXT FILE: the file must have the text.
expect() {
    grep -qF -- "$1" "$2" || { cat "$2"; fail "no '$1' in the output above"; }
}
