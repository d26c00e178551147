# $1: how many of this package are left: none, it is removed.
if [ "$1" -eq 0 ] && [ -d /run/systemd/system ]; then
    systemctl disable --now mimamori-agent.service >/dev/null 2>&1 || :
fi
exit 0
