"""A clean Debian 12 without any network, for tests of packages: a copy of a tree that mmdebstrap
made once (essential packages and apt, nothing else)."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

MAX_AGE_S = 30 * 24 * 3600
# Loopback is up, nothing else is there; the machine's own mounts are not touched.
ENTER = """
set -e
root=$1; shift
ip link set lo up
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
exec chroot "$root" "$@"
"""


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or str(pathlib.Path.home() / ".cache")
    return pathlib.Path(base) / "mimamori"


def sources():
    """This machine's own sources of packages."""
    etc = pathlib.Path("/etc/apt")
    found = [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*.list")),
             *sorted((etc / "sources.list.d").glob("*.sources"))]
    return [str(path) for path in found if path.exists() and path.stat().st_size > 0]


def base_archive():
    """The tree as a tar file; made when it is missing or a month old."""
    archive = cache_folder() / "debian12-base.tar"
    if archive.exists() and time.time() - archive.stat().st_mtime < MAX_AGE_S:
        return archive
    archive.parent.mkdir(parents=True, exist_ok=True)
    fresh = archive.with_suffix(".new.tar")
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as options:
        # A proxy, say: apt inside the new tree needs it as much as the one outside.
        dump = subprocess.run(["apt-config", "dump", "Acquire"], check=True, text=True,
                              capture_output=True).stdout
        options.write(dump)
        options.flush()
        subprocess.run(["mmdebstrap", "--quiet", "--mode=root", "--variant=apt",
                        f"--aptopt={options.name}", "bookworm", str(fresh), *sources()], check=True)
    fresh.replace(archive)
    return archive


class Machine:
    """One such tree; what is started in it sees no network but its own loopback."""

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="mimamori-debian-"))
        subprocess.run(["tar", "-C", self.root, "-xf", base_archive()], check=True)

    def run(self, *command, check=True):
        """What it printed, both streams together, and its status."""
        done = subprocess.run(self._entering(command), text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        if check and done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: status {done.returncode}\n{done.stdout}")
        return done

    def shell(self, script, check=True):
        return self.run("sh", "-ec", script, check=check).stdout

    def _entering(self, command):
        # --kill-child: whatever the command left running ends with it.
        return ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER,
                "sh", str(self.root), *command]

    def copy_in(self, source, target):
        place = self.root / target.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, place)

    def path(self, inside):
        return self.root / inside.lstrip("/")

    def close(self):
        shutil.rmtree(self.root, ignore_errors=True)


def machine():
    return contextlib.closing(Machine())
