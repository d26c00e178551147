#!/usr/bin/env bash
# The pages without a browser: types, lint, unit tests, size, and whether the API's types are those of
# docs/api/openapi.json.
#
#   unit_test.sh FILES      FILES is the folder of the built pages (page.pack.files)
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$here/../../scripts/node.sh"

front="$here/../../collector/web/front"
node_find
node_packages "$front"
cd "$front"
"$node" node_modules/typescript/bin/tsc --noEmit
"$node" node_modules/oxlint/bin/oxlint --deny-warnings src tests
made="$(mktemp)"
trap 'rm -f "$made"' EXIT
"$node" node_modules/openapi-typescript/bin/cli.js "$here/../../docs/api/openapi.json" \
    --properties-required-by-default --output "$made" >/dev/null
diff -u src/api/schema.d.ts "$made" || {
    echo "src/api/schema.d.ts is not what docs/api/openapi.json says: run npm run types" >&2
    exit 1
}
MIMAMORI_PAGE_FILES="$1" "$node" node_modules/vitest/vitest.mjs run
