#!/usr/bin/env bash
# Builds the pages (collector/web/front) into one file that the collector carries.
#
# usage: scripts/build_page.sh PACK
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/node.sh"

[[ $# == 1 ]] || {
    sed -n '2,/^set -e/{/^set -e/!s/^# \{0,1\}//p}' "$0" >&2
    exit 2
}
pack="$(realpath --canonicalize-missing "$1")"
front="$(cd "$(dirname "${BASH_SOURCE[0]}")/../collector/web/front" && pwd)"

# Two builds at once share the packages.
exec 9<"$front/package.json"
flock 9
node_find
node_packages "$front"
cd "$front"
"$node" node_modules/vite/bin/vite.js build --logLevel warn --outDir "$pack.files" --emptyOutDir
"$node" pack.js "$pack.files" "$pack"
