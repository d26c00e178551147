#!/bin/sh
# The agent is one static executable: no interpreter, no dynamic section, no dynamic symbol.
# Usage: static_test.sh <static program> <program that is not, to see that the check can fail>
set -eu

is_static() {
    ! readelf --program-headers --wide "$1" | grep -qE '^ +(INTERP|DYNAMIC) ' &&
        ! readelf --dyn-syms --wide "$1" | grep -qE '^ +[0-9]+: '
}

is_static "$1" || {
    echo "$1 needs something of the machine it runs on:"
    readelf --program-headers --dynamic --dyn-syms --wide "$1" | grep -E 'INTERP|NEEDED|[0-9]+: ' | head -n 20
    exit 1
}
if is_static "$2"; then
    echo "the check takes $2 for static, too: it finds nothing"
    exit 1
fi
