# Settings, key and events stay in /etc/mimamori and /var/lib/mimamori/agent.
# $1: how many of this package are left: one, it was upgraded.
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload >/dev/null 2>&1 || :
    if [ "$1" -ge 1 ]; then
        systemctl try-restart mimamori-agent.service >/dev/null 2>&1 || :
    fi
fi
exit 0
