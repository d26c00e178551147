#!/usr/bin/env bash
# Makes the packages and the offline bundle of a built tree, as a release does, and tries them.
# Usage: linux_packages.sh <source folder> <build folder>; MIMAMORI_KEEP=FOLDER keeps what was made.
set -euo pipefail

source_folder="$1"
build="$2"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

"$source_folder/installer/make_packages.sh" "$build" "$work/packages"
# Static is what the agent is on purpose; anything else that lintian says is a mistake.
lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$work"/packages/*.deb
echo "lintian: nothing to say"
"$source_folder/tests/installer/packages_test.py" "$work/packages" "$work"/packages/*.tar
[[ -z "${MIMAMORI_KEEP:-}" ]] || cp -r "$work/packages" "$MIMAMORI_KEEP"
