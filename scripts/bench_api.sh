#!/usr/bin/env bash
# How long the API takes with many devices: each request 20 times over one kept connection; median
# and slowest in milliseconds, with the size of the answer.
#
#   scripts/bench_api.sh PROGRAMS [DEVICES]      default 50000
#
# The devices are written into the database before the collector starts, each with an entry in the
# ledger. A figure is good only on a machine that has nothing else to do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/fleetsim/site.sh

programs="$1"
devices="${2:-50000}"
folder="$(mktemp -d)"
clean_up() {
    local status=$?
    trap - EXIT
    site_stop
    rm -rf "$folder"
    exit "$status"
}
trap clean_up EXIT

site_web_port="$(site_free_port $((12000 + RANDOM % 8000)))"
site_make "$folder" "$programs"
database="$(find "$folder" -name '*.db' -print -quit)"
sqlite3 "$database" >/dev/null <<SQL
BEGIN;
INSERT INTO site (id, parent_id, name, created_at_ms)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
SELECT 'ward-' || i, 'root', 'Ward ' || i, 0 FROM n;
INSERT INTO device (no, id, site_id, class, display_name, created_at_ms)
WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 999 + $devices)
SELECT i, 'DEVICE' || i, 'ward-' || (1 + i % 40), 'agent', '', 0 FROM n;
INSERT INTO device_summary (device_no, id, site_id, class, name, hostname, domain, os, os_version,
    vendor, model, serial, addresses, macs, antivirus, av_pattern_built_at_ms, agent_version,
    created_at_ms, last_seen_ms)
SELECT no, id, site_id, class, 'WARD' || (no % 40) || '-PC-' || no, 'ward' || (no % 40) || '-pc-' || no,
    'hospital.example', 'Windows 11 Pro', '24H2 (26100.' || (no % 4000) || ')', 'Maker ' || (no % 9),
    'Model ' || (no % 50), 'SN' || no, '10.' || (no / 65025) || '.' || (no / 255 % 255) || '.' || (no % 255),
    printf('02:00:00:%02x:%02x:%02x', no / 65536, no / 256 % 256, no % 256), 'Defender',
    1790000000000 + no, '1.0.0', 0, 1790000000000 + no % 100000
FROM device WHERE class = 'agent';
INSERT INTO ledger (device_no, kind, place, owner, supplier, contract_until, renewal_year, asset_number)
SELECT no, 'PC', (1 + no % 9) || 'F room ' || (no % 300), 'person ' || (no % 70), 'supplier ' || (no % 30),
    '20' || (25 + no % 9) || '-03-31', 2025 + no % 9, 'A-' || no
FROM device WHERE class = 'agent';
COMMIT;
SQL

ticks() { awk '{ print $14 + $15 }' "/proc/$site_pid/stat"; }
site_start
# All devices are judged when the collector starts: that has to be over.
for (( ; ; )); do
    before="$(ticks)"
    sleep 2
    (($(ticks) - before > 10)) || break
done

page="https://127.0.0.1:$site_web_port"
password="$(sed -n 's/^first-day password: //p' "$folder/first-day")"
curl -ksf -c "$folder/cookies" -o "$folder/session" -H 'Content-Type: application/json' \
    -d "{\"name\":\"admin\",\"password\":\"$password\"}" "$page/api/v1/session"

measure() { # what path
    local urls=()
    for _ in {1..20}; do urls+=(-o /dev/null "$page$2"); done
    curl -ksf -b "$folder/cookies" -w '%{time_starttransfer} %{time_pretransfer} %{size_download}\n' \
        "${urls[@]}" | awk '{ print ($1 - $2) * 1000, $3 }' | sort -n | awk -v what="$1" '
        { ms[NR] = $1; size = $2 }
        END { printf "%-44s %7.1f %7.1f %9d\n", what, ms[int((NR + 1) / 2)], ms[NR], size }'
}

printf '%s devices %30s %7s %7s %9s\n' "$devices" "" median slowest bytes
measure "first page, by name" "/api/v1/devices?limit=100"
measure "first page of the ledger (200, worst first)" "/api/v1/devices?limit=200&sort=state"
measure "rows 40,000 to 40,199" "/api/v1/devices?limit=200&sort=state&skip=40000"
measure "a word anywhere" "/api/v1/devices?limit=200&sort=state&q=pc-1234"
measure "a word that nothing has" "/api/v1/devices?limit=200&sort=state&q=nothing"
measure "filter by department and year" \
    "/api/v1/devices?limit=200&sort=state&filter=site:ward-3%20renewal_year%3C2027"
measure "filter and sort by place" \
    "/api/v1/devices?limit=200&sort=place&filter=place~%22room%207%22"
measure "values of a menu" "/api/v1/device-values?field=owner"
measure "overview" "/api/v1/overview"
measure "export, CSV, all devices, 9 columns" \
    "/api/v1/devices/export?format=csv&sort=state&columns=state,name,site,place,owner,os,pattern,seen,address"
