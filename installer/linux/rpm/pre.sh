# The user that the agent runs as. sysusers.d is not known to every distribution that runs rpm.
getent group mimamori-agent >/dev/null || groupadd -r mimamori-agent
getent passwd mimamori-agent >/dev/null ||
    useradd -r -g mimamori-agent -d /var/lib/mimamori/agent -s /sbin/nologin \
        -c "mimamori agent" mimamori-agent
exit 0
