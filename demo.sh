#!/usr/bin/env bash
# Shows mimamori on this machine: installs what it needs (Debian 12), builds, makes a site, starts
# the collector, enrols this very machine, prints address and password, runs until Ctrl-C.
#
#   ./demo.sh                 as above; what it makes lies in ./demo-data and is used again
#   ./demo.sh --fleet N       adds N simulated devices, so that pages have something to show
#   ./demo.sh --check         ends with 0 once this machine is in the API, in a folder of its own
#   --data DIR                another folder          --address ADDRESS   another than 127.0.0.1
#   --web-port N  --agent-port N                      other ports than the first free ones
#   --built DIR               takes the programs from a build folder instead of building them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

check=no
fleet=0
data=""
address=127.0.0.1
web_port=""
agent_port=""
built=""
deadline_s=120
jobs="${MIMAMORI_JOBS:-$(nproc)}"

usage() {
    sed -n '2,/^set -e/{/^set -e/!s/^# \{0,1\}//p}' "$0"
    exit "$1"
}

while [[ $# -gt 0 ]]; do
    case "$1" in
    --check) check=yes ;;
    --fleet | --data | --address | --web-port | --agent-port | --built)
        [[ $# -ge 2 ]] || usage 2
        case "$1" in
        --fleet) fleet="$2" ;;
        --data) data="$2" ;;
        --address) address="$2" ;;
        --web-port) web_port="$2" ;;
        --agent-port) agent_port="$2" ;;
        --built) built="$2" ;;
        esac
        shift
        ;;
    -h | --help) usage 0 ;;
    *) usage 2 ;;
    esac
    shift
done

say() { printf '\n== %s\n' "$*"; }

build() {
    if [[ -n "$built" ]]; then
        return
    fi
    built="build/release"
    say "packages and build (the first time takes some minutes)"
    scripts/install_packages.sh --for build --for demo
    local log="build/demo-build.log" targets=(mimamori-collector mimamori-agent mimamorictl)
    [[ "$fleet" == 0 ]] || targets+=(mimamori-fleetsim)
    mkdir -p build
    { cmake --preset release && cmake --build build/release -j "$jobs" --target "${targets[@]}"; } \
        >"$log" 2>&1 || {
        tail -n 60 "$log" >&2
        return 1
    }
}

# The built program of that name.
program() {
    local found
    found="$(find "$built" -type f -name "$1" -perm -u+x -print -quit)"
    [[ -n "$found" ]] || {
        echo "demo: $1 was not built" >&2
        return 1
    }
    realpath "$found"
}

in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() { # from
    local port="$1"
    while in_use "$port"; do
        port=$((port + 10))
    done
    echo "$port"
}

# Only what was started here is stopped, by its number.
children=()
cleanup() {
    local status=$? pid
    trap - EXIT INT TERM
    for ((i = ${#children[@]} - 1; i >= 0; i--)); do
        pid="${children[i]}"
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    if [[ "$check" == yes && "$status" == 0 && -n "${temporary:-}" ]]; then
        rm -rf "$temporary"
    fi
    exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs something in the background with its output in a log file.
start() { # log program argument...
    local log="$1"
    shift
    "$@" >>"$log" 2>&1 &
    children+=($!)
}

# Tries a command every half second; after the deadline shows the logs and gives up.
wait_for() { # what command...
    local what="$1" end=$((SECONDS + deadline_s)) pid
    shift
    until "$@" >/dev/null 2>&1; do
        for pid in "${children[@]}"; do
            kill -0 "$pid" 2>/dev/null || give_up "a program ended while waiting for $what"
        done
        [[ $SECONDS -lt $end ]] || give_up "no $what after $deadline_s s"
        sleep 0.5
    done
}

give_up() {
    echo "demo: $1" >&2
    local log
    for log in "$data"/*.log; do
        [[ -e "$log" ]] || continue
        echo "--- the end of $log" >&2
        tail -n 40 "$log" >&2
    done
    exit 1
}

write_settings() {
    cat >"$data/collector.toml" <<SETTINGS
[site]
hospital = "デモ病院"
[storage]
folder = "$data/collector"
[agents]
address = "$address"
port = $agent_port
names = ["$address"]
heartbeat = "10s"
[web]
address = "$address"
port = $web_port
[metrics]
port = $metrics_port
SETTINGS
}

write_agent_settings() { # fingerprint
    cat >"$data/agent.toml" <<SETTINGS
[collector]
address = "$address:$agent_port"
ca_fingerprint = "$1"
[agent]
data_folder = "$data/agent"
[report]
start_spread = "0s"
SETTINGS
}

ctl() { "$mimamorictl" --config "$data/collector.toml" "$@"; }

# The value behind "name: " in what init printed.
first_day() { sed -n "s/^$1: //p" "$data/first-day"; }

ask() { # curl options...
    curl --silent --show-error --fail --max-time 10 --cacert "$data/collector/web/web_ca-1.pem" \
        --cookie "$data/cookies" --cookie-jar "$data/cookies" "$@"
}

sign_in() {
    jq -n --arg name admin --arg password "$(first_day 'first-day password')" '$ARGS.named' |
        ask --header 'Content-Type: application/json' --data @- "$web/api/v1/session"
}

device_is_visible() {
    ask "$web/api/v1/devices" |
        jq -e --arg name "$(hostname)" '[.items[] | select(.hostname == $name)] | length == 1'
}

# Simulated devices of a made-up hospital: keys of their own, the real protocol. Enrols them at the
# first start, then reports until the end.
start_fleet() {
    say "$fleet simulated devices"
    local key="$data/fleet.key"
    if [[ ! -s "$key" ]]; then
        (umask 077 && ctl enrolment-key create --auto-approve --uses 100000 \
            --range "127.0.0.0/8, $address" --note "simulated devices of demo.sh" >"$key")
    fi
    : >"$data/fleet.log"
    start "$data/fleet.log" "$mimamori_fleetsim" --server "$address:$agent_port" \
        --ca-fingerprint "$(first_day 'ca fingerprint')" --key-file "$key" \
        --folder "$data/fleet" --agents "$fleet" --lifelike --interval 30 --duration 0 \
        --event-percent 0.4 --change-percent 0.4
    deadline_s=$((120 + fleet / 20))
    wait_for "$fleet simulated devices" grep -q ' agents are up ' "$data/fleet.log"
}

main() {
    build
    mimamori_collector="$(program mimamori-collector)"
    mimamori_agent="$(program mimamori-agent)"
    mimamorictl="$(program mimamorictl)"
    [[ "$fleet" == 0 ]] || mimamori_fleetsim="$(program mimamori-fleetsim)"

    temporary=""
    if [[ "$check" == yes && -z "$data" ]]; then
        temporary="$(mktemp -d)"
        data="$temporary"
    fi
    data="$(realpath --canonicalize-missing "${data:-demo-data}")"
    mkdir -p "$data"
    chmod 700 "$data"
    web_port="${web_port:-$(free_port 8443)}"
    agent_port="${agent_port:-$(free_port 8444)}"
    metrics_port="$(free_port 9464)"
    web="https://$address:$web_port"

    say "the site in $data"
    write_settings
    if [[ ! -s "$data/first-day" ]]; then
        (umask 077 && ctl init >"$data/first-day.new" && mv "$data/first-day.new" "$data/first-day")
    fi
    write_agent_settings "$(first_day 'ca fingerprint')"

    say "the collector"
    start "$data/collector.log" "$mimamori_collector" --config "$data/collector.toml" run
    wait_for "collector" curl --silent --fail --max-time 5 "http://127.0.0.1:$metrics_port/readyz"

    say "this machine's agent"
    if [[ ! -e "$data/enrolled" ]]; then
        ticket="$(ctl ticket create --hostname "$(hostname)")"
        "$mimamori_agent" --config "$data/agent.toml" enroll --ticket "$ticket" || give_up "not enrolled"
        touch "$data/enrolled"
    fi
    start "$data/agent.log" "$mimamori_agent" --config "$data/agent.toml" run

    sign_in >/dev/null || give_up "no sign-in"
    wait_for "device $(hostname) in the API" device_is_visible
    say "this machine is in the API: $(hostname)"
    [[ "$check" == no ]] || return 0

    if [[ "$fleet" != 0 ]]; then
        start_fleet
    fi
    cat <<TEXT

   page        $web
   name        $(first_day administrator)
   password    $(first_day 'first-day password')

   The browser does not know the demo's certificate authority:
   $data/collector/web/web_ca-1.pem

   Logs and database are in $data. Ctrl-C ends it.
TEXT
    wait -n "${children[@]}" || true
    give_up "a program ended"
}

main
