#!/usr/bin/env bash
# Long runs of a large fleet against one collector with SQLite. They need the machine for
# themselves: the load tool declares a run invalid when it was late itself.
#
#   scripts/bench_fleet.sh PROGRAMS RUN [AGENTS [SECONDS [INTERVAL_S]]]
#
# RUN is one of
#   kept    kept connections                     default 18000 agents, 600 s, a report every 60 s
#   new     a new connection for each report     default 20000 agents, 600 s, a report every 300 s
#   storm   everybody at once, as after a power cut       18000 agents, at most 300 s
#   hold    idle connections, for memory                  10000 agents, 30 s
# BENCH_FOLDER keeps the site and the agents' certificates for the next run (some minutes less).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/fleetsim/site.sh

programs="$1"
run="$2"
case "$run" in
kept) agents="${3:-18000}" seconds="${4:-600}" interval="${5:-60}" mode=steady ;;
new) agents="${3:-20000}" seconds="${4:-600}" interval="${5:-300}" mode=new ;;
storm) agents="${3:-18000}" seconds="${4:-300}" interval="${5:-60}" mode=storm ;;
hold) agents="${3:-10000}" seconds="${4:-30}" interval="${5:-60}" mode=hold ;;
*)
    sed -n '2,/^set -e/{/^set -e/!s/^# \{0,1\}//p}' "$0"
    exit 2
    ;;
esac
ulimit -n "$(ulimit -Hn)"

folder="${BENCH_FOLDER:-$(mktemp -d)}"
clean_up() {
    local status=$?
    trap - EXIT
    site_stop
    [[ -n "${BENCH_FOLDER:-}" ]] || rm -rf "$folder"
    exit "$status"
}
trap clean_up EXIT

if [[ -e "$folder/collector.toml" ]]; then
    site_again "$folder" "$programs"
else
    site_make "$folder" "$programs" >/dev/null 2>&1
fi
site_start
echo "$(date --iso-8601=seconds)  $(nproc) cores, $(ulimit -n) descriptors, load $(cut -d' ' -f1-3 /proc/loadavg)"
# Everybody enrols and delivers what an agent delivers at first; then the collector begins anew, so
# that its memory is that of an ordinary day.
site_fleet --agents "$agents" --mode new --warm-up 0 --duration 1 --interval 300 >"$folder/first.txt" || true
site_stop
site_start
site_fleet --agents "$agents" --mode "$mode" --interval "$interval" --warm-up 10 \
    --duration "$seconds" --json "$folder/$run.json"
