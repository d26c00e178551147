#!/usr/bin/env bash
# Writes agent/app/hot_functions.txt: the functions that an agent at rest uses, in the order in which
# they were met. The linker puts them side by side (agent/app/CMakeLists.txt).
#
#   scripts/hot_functions.sh PROGRAMS [SECONDS]
#
# PROGRAMS is a release build folder. Needs root and scripts/install_packages.sh --for bench. Runs
# the agent under callgrind for SECONDS (420: a report each minute, and the looks of every five
# minutes) after two minutes to settle. Names that a later build does not have are passed over, so
# the list is made anew only when docs/benchmarks.md shows that memory grew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/fleetsim/site.sh

programs="$1"
seconds="${2:-420}"
list="agent/app/hot_functions.txt"
folder="$(mktemp -d)"
agent_pid=""
clean_up() {
    local status=$?
    trap - EXIT
    [[ -z "$agent_pid" ]] || kill -TERM "$agent_pid" 2>/dev/null || true
    site_stop
    rm -rf "$folder"
    exit "$status"
}
trap clean_up EXIT

site_heartbeat=60s
site_make "$folder/site" "$programs" >/dev/null 2>&1
site_start
agent="$(site_program mimamori-agent)"
cat >"$folder/agent.toml" <<SETTINGS
[collector]
address = "127.0.0.1:$site_port"
ca_fingerprint = "$site_fingerprint"
[agent]
data_folder = "$folder/agent"
SETTINGS
"$agent" --config "$folder/agent.toml" enroll --ticket "$("$site_ctl" \
    --config "$site_folder/collector.toml" ticket create --hostname "$(hostname)")" >/dev/null
valgrind --tool=callgrind --instr-atstart=no --demangle=no \
    --callgrind-out-file="$folder/profile" "$agent" --config "$folder/agent.toml" run \
    >"$folder/agent.log" 2>&1 &
agent_pid=$!
sleep 120
callgrind_control --instr=on "$agent_pid" >/dev/null
sleep "$seconds"
callgrind_control --dump "$agent_pid" >/dev/null
# "fn=(12) name" names number 12; 'N after a name is a level of recursion, 0x… has no name.
sed -n "s/^c\{0,1\}fn=([0-9]*) //p" "$folder"/profile.* | sed "s/'[0-9]*\$//" | grep -v '^0x' |
    awk '!met[$0]++' >"$folder/list"
[[ -s "$folder/list" ]]
mv "$folder/list" "$list"
echo "$list: $(wc -l <"$list") functions"
