# Settings belong to the administrator: made once, never touched again. They may hold a secret.
install -d -m 0755 /etc/mimamori /var/lib/mimamori
install -d -m 0700 -o mimamori-agent -g mimamori-agent /var/lib/mimamori/agent
if [ ! -e /etc/mimamori/agent.toml ]; then
    (umask 0027 && /usr/bin/mimamori-agent sample-config >/etc/mimamori/agent.toml.new) &&
        chgrp mimamori-agent /etc/mimamori/agent.toml.new &&
        mv /etc/mimamori/agent.toml.new /etc/mimamori/agent.toml
fi
# $1: how many of this package are installed now. An agent without a collector waits quietly.
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload >/dev/null 2>&1 || :
    if [ "$1" -eq 1 ]; then
        systemctl enable --now mimamori-agent.service >/dev/null 2>&1 || :
    fi
fi
exit 0
