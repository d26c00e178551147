#!/usr/bin/env bash
# What the agent costs a PC, beside programs that do a part of the same.
#
#   scripts/bench_agent.sh PROGRAMS [WINDOW_S [WINDOWS]]
#
# PROGRAMS is a release build folder. Needs root (the agent watches programs through the kernel) and
# scripts/install_packages.sh --for bench. Measures
#   idle       mimamori-agent, enrolled and with all watches, beside zabbix-agent with mutual TLS, in
#              the same windows of WINDOW_S seconds: memory, CPU, wake-ups
#   inventory  `mimamori-agent snapshot` beside `fusioninventory-agent --local`, by turns: CPU, peak
#              memory, programs started
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/fleetsim/site.sh

programs="$1"
window="${2:-240}"
windows="${3:-2}"
runs="${BENCH_RUNS:-5}"

folder="$(mktemp -d)"
agent_pid=""
zabbix_pid=""
clean_up() {
    local status=$? pid
    trap - EXIT
    for pid in $agent_pid $zabbix_pid; do
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    site_stop
    rm -rf "$folder"
    exit "$status"
}
trap clean_up EXIT

# ---------------------------------------------------------------- what processes use

# These read with the shell's own means: each program started here would be one more for the agent to
# look at.

processes_of() { # pid; into the array `processes`
    local task child
    processes+=("$1")
    for task in /proc/"$1"/task/*; do
        for child in $(<"$task/children"); do
            processes_of "$child"
        done
    done
}

# Nanoseconds on a CPU of all threads that are there now, into `cpu_now`; how often they went to
# sleep, into `wakeups_now`.
measure() { # pid
    local process task ns name value _
    local -a processes=()
    processes_of "$1"
    cpu_now=0
    wakeups_now=0
    for process in "${processes[@]}"; do
        for task in /proc/"$process"/task/*; do
            read -r ns _ <"$task/schedstat"
            cpu_now=$((cpu_now + ns))
            while read -r name value; do
                [[ "$name" != voluntary_ctxt_switches: ]] || wakeups_now=$((wakeups_now + value))
            done <"$task/status"
        done
    done
}

# How many processes were ever started on this machine, into `started_now`. The agent looks at each
# program that starts, so a window in which others start many is not an idle one.
count_started() {
    local name value
    while read -r name value; do
        [[ "$name" != processes ]] || started_now="${value%% *}"
    done </proc/stat
}

# PSS, RSS and private memory in MiB.
memory() { # pid
    local process
    local -a processes=()
    processes_of "$1"
    for process in "${processes[@]}"; do
        cat /proc/"$process"/smaps_rollup
    done | awk '/^Pss:/ {pss += $2} /^Rss:/ {rss += $2} /^Private_/ {own += $2}
        END {printf "PSS %.1f MiB, RSS %.1f, private %.1f", pss / 1024, rss / 1024, own / 1024}'
}

# ---------------------------------------------------------------- idle

start_agent() {
    local agent
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
    "$agent" --config "$folder/agent.toml" run >"$folder/agent.log" 2>&1 &
    agent_pid=$!
}

start_zabbix() {
    local pki="$folder/pki"
    mkdir -p "$pki"
    (
        umask 077
        cd "$pki"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
            -keyout ca.key -out ca.crt -subj "/CN=bench CA"
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout agent.key \
            -out agent.csr -subj "/CN=agent"
        openssl x509 -req -in agent.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 \
            -out agent.crt
    ) 2>/dev/null
    cat >"$folder/zabbix.conf" <<SETTINGS
LogFile=$folder/zabbix.log
PidFile=$folder/zabbix.pid
Server=127.0.0.1
ListenIP=127.0.0.1
ListenPort=$(site_free_port $((site_port + 50)))
Hostname=h1
AllowRoot=1
TLSAccept=cert
TLSConnect=cert
TLSCAFile=$pki/ca.crt
TLSCertFile=$pki/agent.crt
TLSKeyFile=$pki/agent.key
TLSCipherCert=NORMAL
SETTINGS
    /usr/sbin/zabbix_agentd -f -c "$folder/zabbix.conf" >/dev/null 2>&1 &
    zabbix_pid=$!
}

measure_idle() {
    site_heartbeat=60s
    site_make "$folder/site" "$programs" >/dev/null 2>&1
    site_start
    start_agent
    start_zabbix
    sleep "${BENCH_SETTLE:-40}"
    local round name pid cpu_now wakeups_now started_now started
    local -A cpu wake
    for ((round = 1; round <= windows; ++round)); do
        for name in agent zabbix; do
            pid="${name}_pid"
            measure "${!pid}"
            cpu[$name]=$cpu_now
            wake[$name]=$wakeups_now
        done
        count_started
        started=$started_now
        # As `sleep`, which would be a program.
        read -r -t "$window" _ <> <(:) || true
        for name in agent zabbix; do
            pid="${name}_pid"
            measure "${!pid}"
            cpu[$name]=$(((cpu_now - cpu[$name]) * 60 / window / 100000))
            wake[$name]=$(((wakeups_now - wake[$name]) * 60 / window))
        done
        count_started
        echo "idle $round  processes started on this machine meanwhile: $((started_now - started))"
        for name in agent zabbix; do
            pid="${name}_pid"
            printf 'idle %d  %-7s %s, CPU %d.%d ms a minute, %d wake-ups a minute\n' \
                "$round" "$name" "$(memory "${!pid}")" \
                $((cpu[$name] / 10)) $((cpu[$name] % 10)) "${wake[$name]}"
        done
    done
}

# ---------------------------------------------------------------- inventory

timed() { # output command...
    local out="$1"
    shift
    /usr/bin/time --quiet -o "$out" -a -f '%U %S %M' "$@" >/dev/null 2>&1
}

# Medians of CPU seconds and peak memory in MiB.
figures() { # file
    awk '{print $1 + $2}' "$1" | sort -g | awk '{v[NR] = $1} END {printf "%.3f CPU-s", v[int((NR + 1) / 2)]}'
    sort -g -k 3 "$1" | awk '{v[NR] = $3} END {printf ", peak %.1f MiB", v[int((NR + 1) / 2)] / 1024}'
}

programs_started() { # command...
    strace -f -qq -e trace=execve -e status=successful -o "$folder/execs" "$@" >/dev/null 2>&1 || true
    grep -c 'execve(' "$folder/execs"
}

measure_inventory() {
    local agent own peer round
    agent="$(site_program mimamori-agent)"
    own=("$agent" snapshot --out "$folder/snapshot.json")
    mkdir -p "$folder/fusion/out"
    echo "server =" >"$folder/fusion/agent.cfg"
    peer=(fusioninventory-agent "--conf-file=$folder/fusion/agent.cfg"
        "--local=$folder/fusion/out" --tasks=inventory --force)
    for ((round = 1; round <= runs; ++round)); do
        timed "$folder/own.times" "${own[@]}"
        timed "$folder/peer.times" "${peer[@]}"
    done
    echo "inventory, medians of $runs by turns:"
    echo "  mimamori         $(figures "$folder/own.times")," \
        "$(($(programs_started "${own[@]}") - 1)) programs started," \
        "$(stat -c %s "$folder/snapshot.json") bytes"
    echo "  fusioninventory  $(figures "$folder/peer.times")," \
        "$(($(programs_started "${peer[@]}") - 1)) programs started"
}

echo "$(date --iso-8601=seconds)  $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg)"
case "${BENCH_PARTS:-idle inventory}" in *idle*) measure_idle ;; esac
site_stop
site_use "$folder/site" "$programs"
case "${BENCH_PARTS:-idle inventory}" in *inventory*) measure_inventory ;; esac
