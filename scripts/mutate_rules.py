#!/usr/bin/env python3
"""Does a test fail when a comparison in a rule is wrong?

Changes every comparison in collector/rules/*.cpp, one at a time, in a private copy of the sources:
moves its limit (< and <=, > and >=) and turns it round (< and >=, > and <=, == and !=). Each change
is built and run against the tests of the rules. A change that no test notices is a survivor.

usage: scripts/mutate_rules.py [--work FOLDER] [--only NAME] [--list]
  --work FOLDER  where the copy and its build lie (default: build/mutation); kept for the next run
  --only NAME    only the files whose name contains NAME
  --list         print the changes without trying them

Ends with 0 when there is no survivor but those of scripts/mutate_rules_equal.txt: changes that make
no difference, with the reason.
"""

import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
EQUAL = ROOT / "scripts/mutate_rules_equal.txt"
RULES = "collector/rules"
TEST = "test_collector_rules"
# What each comparison becomes: first the limit moved, then turned round.
CHANGES = {
    "<": ["<=", ">="],
    "<=": ["<", ">"],
    ">": [">=", "<="],
    ">=": [">", "<"],
    "==": ["!="],
    "!=": ["=="],
}
# Binary operators stand between blanks (clang-format), brackets of templates do not.
COMPARISON = re.compile(r"(?<=\s)(<=|>=|==|!=|<|>)(?=\s)")
CODE = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//[^\n]*|/\*.*?\*/|#[^\n]*', re.DOTALL)


def blanked(source):
    """The source with strings, comments and preprocessor lines replaced by dots."""
    return CODE.sub(lambda found: re.sub(r"[^\n]", ".", found.group()), source)


def changes_of(path):
    """(offset, operator, replacement, line number, line) of each change of one file."""
    source = path.read_text(encoding="utf-8")
    code = blanked(source)
    for found in COMPARISON.finditer(code):
        number = code.count("\n", 0, found.start()) + 1
        line = source.splitlines()[number - 1]
        if line.lstrip().startswith("template <"):
            continue
        for replacement in CHANGES[found.group()]:
            yield found.start(), found.group(), replacement, number, " ".join(line.split())


def known_equal():
    """{"file: line of code: change": reason}"""
    known = {}
    for line in EQUAL.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            change, reason = line.split(" | ")
            known[change.strip()] = reason.strip()
    return known


def run(command, **options):
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)


def must(command):
    done = run(command)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}")


class Copy:
    """A private copy of the sources with a build folder of its own."""

    def __init__(self, work):
        self.sources = work / "sources"
        self.build = work / "build"
        self.sources.mkdir(parents=True, exist_ok=True)
        files = run(["git", "-C", ROOT, "ls-files", "-z"]).stdout.split("\0")
        for name in filter(None, files):
            self.restore(name)
        must(["cmake", "-S", self.sources, "-B", self.build, "-G", "Ninja",
              "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0", "-DMIMAMORI_PCH=ON"])
        must(["cmake", "--build", self.build, "--target", TEST])
        [self.test] = self.build.rglob(TEST)
        must([self.test])

    def restore(self, name):
        original, copy = ROOT / name, self.sources / name
        if not original.is_file():
            return
        content = original.read_bytes()
        if copy.exists() and copy.read_bytes() == content:
            return
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
        copy.chmod(original.stat().st_mode)

    def survives(self, name, offset, old, new):
        """True when the tests pass with the change. One that does not compile was noticed."""
        source = (ROOT / name).read_text(encoding="utf-8")
        changed = source[:offset] + new + source[offset + len(old):]
        (self.sources / name).write_text(changed, encoding="utf-8")
        try:
            if run(["cmake", "--build", self.build, "--target", TEST]).returncode != 0:
                return False
            return run([self.test], timeout=120).returncode == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            self.restore(name)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/mutation")
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    wish = parser.parse_args()

    files = [file for file in sorted((ROOT / RULES).glob("*.cpp")) if wish.only in file.name]
    equal = known_equal()
    copy = None if wish.list else Copy(wish.work.resolve())
    tried, survivors, excused = 0, [], set()
    for file in files:
        name = f"{RULES}/{file.name}"
        for offset, old, new, number, line in changes_of(file):
            change = f"{file.name}: {line}: {old} to {new}"
            if wish.list:
                print(f"{name}:{number}: {change}")
                continue
            tried += 1
            if not copy.survives(name, offset, old, new):
                continue
            if change in equal:
                excused.add(change)
                continue
            survivors.append(change)
            print(f"survives: {name}:{number}: {line}: {old} to {new}", flush=True)
    if wish.list:
        return 0
    unneeded = [change for change in equal
                if change not in excused and wish.only in change.split(":")[0]]
    for change in unneeded:
        print(f"no survivor any more: {change}")
    print(f"{tried} changes in {len(files)} files: {tried - len(survivors) - len(excused)} noticed, "
          f"{len(excused)} without a difference, {len(survivors)} survivors")
    return 1 if survivors or unneeded else 0


if __name__ == "__main__":
    sys.exit(main())
