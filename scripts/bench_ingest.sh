#!/usr/bin/env bash
# CPU time of the server for each report: the collector, which answers when the report is on disk,
# against nginx, which stores nothing. One load tool, the same reports and certificates, by turns.
#
#   scripts/bench_ingest.sh PROGRAMS [ROUNDS [SECONDS]]
#
# PROGRAMS is a release build folder. Needs nginx, openssl and jq. Cases:
#   kept     64 kept connections, each sends its next 2 KiB report when the last was answered
#   packed   the same, bodies deflated as agents do
#   new      a new connection with full handshake for each report, 16 at a time
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/fleetsim/site.sh

programs="$1"
rounds="${2:-5}"
seconds="${3:-8}"
cases="${BENCH_CASES:-kept packed new}"

folder="$(mktemp -d)"
nginx_pid=""
clean_up() {
    local status=$?
    trap - EXIT
    [[ -z "$nginx_pid" ]] || kill -TERM "$nginx_pid" 2>/dev/null || true
    site_stop
    rm -rf "$folder"
    exit "$status"
}
trap clean_up EXIT

start_nginx() {
    local ca="$site_folder/collector/ca"
    nginx_port="$(site_free_port $((site_port + 100)))"
    mkdir -p "$folder/nginx"
    # A server's certificate of the same site, so that the agents trust both servers alike.
    (
        umask 077
        cd "$folder/nginx"
        openssl ecparam -name prime256v1 -genkey -noout -out server.key
        openssl req -new -key server.key -subj "/CN=nginx" -out server.csr
        printf '%s\n' "basicConstraints=critical,CA:FALSE" "keyUsage=critical,digitalSignature" \
            "extendedKeyUsage=serverAuth" "subjectAltName=IP:127.0.0.1" \
            "authorityKeyIdentifier=keyid" >server.ext
        openssl x509 -req -in server.csr -CA "$ca/servers-1.pem" -CAkey "$ca/servers-1.key" \
            -set_serial 4711 -days 30 -extfile server.ext -out leaf.pem 2>/dev/null
        cat leaf.pem "$ca/servers-1.pem" "$ca/root-1.pem" >server.pem
        cat "$ca/root-1.pem" "$ca/agents-1.pem" >clients.pem
    )
    cat >"$folder/nginx/nginx.conf" <<CONF
user root; worker_processes 2; worker_rlimit_nofile 60000; daemon off; pid $folder/nginx/pid;
error_log $folder/nginx/error.log warn;
events { worker_connections 20480; multi_accept off; }
http {
  access_log off; server_tokens off; keepalive_requests 100000000; keepalive_timeout 3600s;
  client_body_temp_path $folder/nginx/b; proxy_temp_path $folder/nginx/p;
  fastcgi_temp_path $folder/nginx/f; uwsgi_temp_path $folder/nginx/u; scgi_temp_path $folder/nginx/s;
  server {
    listen 127.0.0.1:$nginx_port ssl backlog=4096 reuseport;
    ssl_protocols TLSv1.3; ssl_session_tickets off;
    ssl_certificate $folder/nginx/server.pem; ssl_certificate_key $folder/nginx/server.key;
    ssl_client_certificate $folder/nginx/clients.pem; ssl_verify_client on; ssl_verify_depth 3;
    location /agent/v1/report { return 204; }
  }
}
CONF
    /usr/sbin/nginx -c "$folder/nginx/nginx.conf" -e "$folder/nginx/error.log" &
    nginx_pid=$!
    until (exec 3<>"/dev/tcp/127.0.0.1/$nginx_port") 2>/dev/null; do
        kill -0 "$nginx_pid"
        sleep 0.1
    done
}

arguments_of() { # case
    case "$1" in
    kept) echo --agents 64 --mode steady --plain ;;
    packed) echo --agents 64 --mode steady ;;
    new) echo --agents 16 --mode new --plain ;;
    esac
}

# CPU milliseconds of the server per 1,000 reports, and reports a second.
measure() { # case server
    local arguments json="$folder/out.json" workers=()
    read -ra arguments <<<"$(arguments_of "$1")"
    arguments+=(--interval 0 --event-percent 0 --change-percent 0 --warm-up 1
        --duration "$seconds" --json "$json")
    if [[ "$2" == nginx ]]; then
        mapfile -t workers < <(pgrep -P "$nginx_pid")
        "$site_fleetsim" --server "127.0.0.1:$nginx_port" --folder "$site_folder/fleet" --bare \
            "${workers[@]/#/--watch-pid=}" "${arguments[@]}" >"$folder/out.txt" 2>&1
    else
        site_fleet "${arguments[@]}" >"$folder/out.txt" 2>&1
    fi || {
        cat "$folder/out.txt" >&2
        return 1
    }
    jq -r '[.server_cpu_ms / .answered * 1000, .answered / .window_ms * 1000, .p99_us / 1000]
           | map(tostring) | join(" ")' "$json"
}

median() { sort -g | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

site_make "$folder/site" "$programs" >/dev/null 2>&1
site_start
site_fleet --agents 64 --mode hold --warm-up 0 --duration 0.1 >/dev/null 2>&1
start_nginx

for case in $cases; do
    : >"$folder/nginx.$case"
    : >"$folder/collector.$case"
    : >"$folder/ratio.$case"
    for ((round = 1; round <= rounds; ++round)); do
        read -r nginx_cpu nginx_rate nginx_p99 <<<"$(measure "$case" nginx)"
        read -r own_cpu own_rate own_p99 <<<"$(measure "$case" collector)"
        echo "$nginx_cpu" >>"$folder/nginx.$case"
        echo "$own_cpu" >>"$folder/collector.$case"
        awk -v a="$nginx_cpu" -v b="$own_cpu" 'BEGIN {print a / b}' >>"$folder/ratio.$case"
        printf '%-7s %d: nginx %.1f ms CPU per 1,000 (%.0f a second, p99 %.1f ms), ' \
            "$case" "$round" "$nginx_cpu" "$nginx_rate" "$nginx_p99"
        printf 'collector %.1f ms (%.0f a second, p99 %.1f ms)\n' "$own_cpu" "$own_rate" "$own_p99"
    done
    printf '%-7s medians: nginx %.1f, collector %.1f; requests per CPU-second %.3f of nginx, CPU %.3f times\n' \
        "$case" "$(median <"$folder/nginx.$case")" "$(median <"$folder/collector.$case")" \
        "$(median <"$folder/ratio.$case")" \
        "$(awk '{print 1 / $1}' "$folder/ratio.$case" | median)"
done
