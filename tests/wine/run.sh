#!/usr/bin/env bash
# Runs a program for Windows under Wine, in a prefix of its own that is gone afterwards.
#
# usage: run.sh PROGRAM [argument...]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="$(mktemp -d)"
export WINEPREFIX="$folder/prefix" WINEARCH=win64 WINEDEBUG=-all DISPLAY=""
cleanup() {
    wineserver --kill 2>/dev/null || true # Only what runs in this prefix.
    wineserver --wait 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT
"$here/prefix.sh" "$WINEPREFIX"
wine "$@" </dev/null
