#!/usr/bin/env bash
# Kills the collector again and again while a fleet reports, and starts it anew. At the end every
# acknowledged report and event must be in the database exactly once.
#
#   crash_test.sh PROGRAMS [ROUNDS [SEED]]      PROGRAMS is a build folder
#
# CRASH_INTERVAL is how many seconds lie between two reports of one of the 40 agents. Instrumented
# programs are too slow for the default.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/site.sh"

programs="$1"
rounds="${2:-3}"
seed="${3:-$$}"
RANDOM="$seed"
echo "$rounds rounds, seed $seed"

folder="$(mktemp -d)"
fleet_pid=""
clean_up() {
    local status=$?
    trap - EXIT
    if [[ -n "$fleet_pid" ]]; then
        kill -KILL "$fleet_pid" 2>/dev/null || true
    fi
    site_stop
    if [[ "$status" == 0 ]]; then
        rm -rf "$folder"
    else
        tail -n 20 "$folder"/*.log >&2
        echo "what is left lies in $folder" >&2
    fi
    exit "$status"
}
trap clean_up EXIT

site_make "$folder" "$programs"
site_start
site_fleet_command --agents 40 --interval "${CRASH_INTERVAL:-0.05}" --warm-up 0 --duration 0 --event-percent 30 \
    --retry 0.1 --failures-allowed --lag-max-ms 60000
"${site_command[@]}" >"$folder/fleet.out" 2>"$folder/fleet.log" &
fleet_pid=$!
until grep -q ' agents are up ' "$folder/fleet.log"; do
    kill -0 "$fleet_pid"
    sleep 0.1
done

for ((round = 1; round <= rounds; ++round)); do
    life_ms=$((RANDOM % 3000))
    sleep "$(printf '%d.%03d' $((life_ms / 1000)) $((life_ms % 1000)))"
    site_kill
    site_start
    kill -0 "$fleet_pid"
    echo "round $round: killed after $life_ms ms"
done
sleep 1

kill -TERM "$fleet_pid"
status=0
wait "$fleet_pid" || status=$?
fleet_pid=""
cat "$folder/fleet.out"
exit "$status"
