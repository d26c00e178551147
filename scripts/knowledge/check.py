#!/usr/bin/env python3
"""Makes every knowledge file again and compares it with the committed one, byte for byte."""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
OUTPUTS = HERE.parents[1] / "conf/knowledge"
NAMES = ("antivirus_sources", "os_lifecycle", "remote_tools", "windows_builds")


def main():
    stale = []
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            made = pathlib.Path(folder) / f"{name}.json"
            subprocess.run([sys.executable, HERE / f"{name}.py", "--out", made], check=True)
            if made.read_bytes() != (OUTPUTS / f"{name}.json").read_bytes():
                stale.append(name)
    for name in stale:
        print(f"conf/knowledge/{name}.json is not what scripts/knowledge/{name}.py makes: run it")
    if {path.stem for path in OUTPUTS.glob("*.json")} != set(NAMES):
        sys.exit("conf/knowledge has other files than scripts/knowledge/check.py knows")
    sys.exit(1 if stale else 0)


if __name__ == "__main__":
    main()
