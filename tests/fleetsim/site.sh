# A site of its own for tests and measurements: to be sourced.
#
#   site_make FOLDER PROGRAMS   makes it; PROGRAMS is a build folder
#   site_again FOLDER PROGRAMS  takes one that was made before
#   site_start / site_stop / site_kill
#   site_fleet ARGUMENT...      runs mimamori-fleetsim against it
#
# site_heartbeat and site_web_port, when set before, go into its settings.
# Sets site_folder, site_port (agents), site_metrics, site_pid, site_fingerprint.
# Only what was started here is ended, by its number.

site_pid=""

site_program() { # name
    local found
    found="$(find "$site_programs" -type f -name "$1" -perm -u+x -print -quit)"
    [[ -n "$found" ]] || {
        echo "site: $1 was not built in $site_programs" >&2
        return 1
    }
    realpath "$found"
}

site_free_port() { # from
    local port="$1"
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        port=$((port + 7))
    done
    echo "$port"
}

site_use() { # folder programs
    site_folder="$(realpath --canonicalize-missing "$1")"
    site_programs="$2"
    site_pid=""
    site_collector="$(site_program mimamori-collector)"
    site_ctl="$(site_program mimamorictl)"
    site_fleetsim="$(site_program mimamori-fleetsim)"
}

site_again() { # folder programs
    site_use "$@"
    site_port="$(sed -n '/^\[agents\]/,/^\[web/s/^port = //p' "$site_folder/collector.toml")"
    site_metrics="$(sed -n '/^\[metrics\]/,/^\[log/s/^port = //p' "$site_folder/collector.toml")"
    site_fingerprint="$(sed -n 's/^ca fingerprint: //p' "$site_folder/first-day")"
}

site_make() { # folder programs
    site_use "$@"
    mkdir -p "$site_folder"
    chmod 700 "$site_folder"
    local from=$((20000 + RANDOM % 8000))
    site_port="$(site_free_port "$from")"
    site_metrics="$(site_free_port $((site_port + 1)))"
    cat >"$site_folder/collector.toml" <<SETTINGS
[site]
hospital = "みどり病院"
[storage]
folder = "$site_folder/collector"
[agents]
address = "127.0.0.1"
port = $site_port
names = ["127.0.0.1"]
heartbeat = "${site_heartbeat:-60s}"
[web]
address = "127.0.0.1"
port = ${site_web_port:-0}
[metrics]
port = $site_metrics
[log]
level = "warn"
SETTINGS
    (
        umask 077
        "$site_ctl" --config "$site_folder/collector.toml" init >"$site_folder/first-day"
    )
    site_fingerprint="$(sed -n 's/^ca fingerprint: //p' "$site_folder/first-day")"
}

# The metrics' port is the last that the collector opens.
site_ready() { (exec 3<>"/dev/tcp/127.0.0.1/$site_metrics") 2>/dev/null; }

site_start() {
    "$site_collector" --config "$site_folder/collector.toml" run >>"$site_folder/collector.log" 2>&1 &
    site_pid=$!
    local end=$((SECONDS + 60))
    until site_ready; do
        kill -0 "$site_pid" 2>/dev/null && [[ $SECONDS -lt $end ]] || {
            echo "site: the collector does not listen" >&2
            tail -n 40 "$site_folder/collector.log" >&2
            return 1
        }
        sleep 0.05
    done
}

site_end() { # signal
    [[ -n "$site_pid" ]] || return 0
    kill "-$1" "$site_pid" 2>/dev/null || true
    wait "$site_pid" 2>/dev/null || true
    site_pid=""
}

site_stop() { site_end TERM; }

site_kill() { site_end KILL; }

# A key that enrols without approval, in the file that is printed.
site_key_file() {
    local file="$site_folder/enrolment.key"
    if [[ ! -s "$file" ]]; then
        (
            umask 077
            "$site_ctl" --config "$site_folder/collector.toml" enrolment-key create \
                --auto-approve --uses 100000 --note "simulated devices" >"$file"
        )
    fi
    echo "$file"
}

# Puts the command into the array site_command: for the background.
site_fleet_command() { # fleetsim's arguments
    site_command=("$site_fleetsim" --server "127.0.0.1:$site_port"
        --ca-fingerprint "$site_fingerprint" --key-file "$(site_key_file)"
        --folder "$site_folder/fleet" --database "$site_folder/collector/collector.db"
        --watch-pid "$site_pid" "$@")
}

site_fleet() { # fleetsim's arguments
    local site_command
    site_fleet_command "$@"
    "${site_command[@]}"
}
