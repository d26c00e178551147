#!/usr/bin/env python3
"""Does a test fail when a comparison in a rule is wrong?

Changes every comparison in collector/rules/*.cpp, one at a time: moves its limit (< and <=, > and
>=) and turns it round (< and >=, > and <=, == and !=). Each change is compiled beside the sources,
linked into the test program of the rules, and run. A change that no test notices is a survivor.

usage: scripts/mutate_rules.py [--work FOLDER] [--only NAME] [--jobs N] [--list]
  --work FOLDER  where it builds (default: build/mutation); kept for the next run
  --only NAME    only the files whose name contains NAME
  --jobs N       so many compilers or changes at a time (default: one a core)
  --list         print the changes without trying them

Ends with 0 when there is no survivor but those of scripts/mutate_rules_equal.txt: changes that make
no difference, with the reason.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
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
    """(offset, operator, replacement, line number, description) of each change of one file."""
    source = path.read_text(encoding="utf-8")
    code = blanked(source)
    described = collections.Counter()
    for found in COMPARISON.finditer(code):
        number = code.count("\n", 0, found.start()) + 1
        line = source.splitlines()[number - 1]
        if line.lstrip().startswith("template <"):
            continue
        for replacement in CHANGES[found.group()]:
            text = f"{' '.join(line.split())}: {found.group()} to {replacement}"
            described[text] += 1
            if described[text] > 1:
                text += f" (number {described[text]})"
            yield found.start(), found.group(), replacement, number, text


def known_equal():
    """{"file: line of code: operator to operator": reason}"""
    known = {}
    for line in EQUAL.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            change, reason = line.split(" | ")
            known[change.strip()] = reason.strip()
    return known


def run(command, **options):
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        check=False, **options)


def must(command, **options):
    done = run(command, **options)
    if done.returncode != 0:
        sys.exit(f"{command if isinstance(command, str) else shlex.join(map(str, command))}\n"
                 f"{done.stdout}")
    return done.stdout


class Bench:
    """A build of the tests of the rules, and its commands for one changed source at a time."""

    def __init__(self, work, jobs):
        self.build = work / "build"
        self.changed = work / "changed"
        self.changed.mkdir(parents=True, exist_ok=True)
        must(["cmake", "-S", ROOT, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
              "-DCMAKE_CXX_FLAGS_DEBUG=-O0", "-DMIMAMORI_PCH=ON"])
        must(["cmake", "--build", self.build, "-j", str(jobs), "--target", TEST])
        entries = json.loads((self.build / "compile_commands.json").read_text(encoding="utf-8"))
        self.compile = {entry["file"]: shlex.split(entry["command"]) for entry in entries}
        self.link = must(["ninja", "-C", self.build, "-t", "commands", TEST]).splitlines()[-1]

    def program_with(self, file, source, number):
        """The test program with another source in place of `file`; None when it does not compile."""
        folder = self.changed / str(number)
        folder.mkdir(exist_ok=True)
        changed, made, program = folder / file.name, folder / "changed.o", folder / TEST
        changed.write_text(source, encoding="utf-8")
        command = list(self.compile[str(file)])
        command[command.index("-o") + 1] = str(made)
        command[command.index(str(file))] = str(changed)
        if run(command, cwd=self.build).returncode != 0:
            return None
        # What the changed object defines, the linker does not take out of the library.
        link = re.sub(r" -o \S+", lambda _: f" {made} -o {program}", self.link, count=1)
        must(link, cwd=self.build, shell=True)
        return program

    def notices(self, file, source, number):
        """Whether the tests fail with that source. One that does not compile was noticed."""
        program = self.program_with(file, source, number)
        if program is None:
            return True
        try:
            return run([program], timeout=120).returncode != 0
        except subprocess.TimeoutExpired:
            return True
        finally:
            program.unlink()

    def check(self, file):
        """Ends the program when a change could not be told from a fault of this script."""
        program = self.program_with(file, file.read_text(encoding="utf-8"), "unchanged")
        if program is None:
            sys.exit(f"{file.name} does not compile beside its place")
        must([program])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/mutation")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--list", action="store_true")
    wish = parser.parse_args()

    files = [file for file in sorted((ROOT / RULES).glob("*.cpp")) if wish.only in file.name]
    todo = [(file, *change) for file in files for change in changes_of(file)]
    if wish.list:
        for file, _, _, _, number, text in todo:
            print(f"{RULES}/{file.name}:{number}: {text}")
        return 0
    bench = Bench(wish.work.resolve(), wish.jobs)
    for file in {file for file, *_ in todo}:
        bench.check(file)

    def survives(number):
        file, offset, old, new, _, _ = todo[number]
        source = file.read_text(encoding="utf-8")
        return not bench.notices(
            file, source[:offset] + new + source[offset + len(old):], number)

    equal = known_equal()
    survivors, excused = 0, set()
    with concurrent.futures.ThreadPoolExecutor(wish.jobs) as pool:
        for alive, (file, _, _, _, number, text) in zip(
                pool.map(survives, range(len(todo))), todo):
            change = f"{file.name}: {text}"
            if alive and change in equal:
                excused.add(change)
            elif alive:
                survivors += 1
                print(f"survives: {RULES}/{file.name}:{number}: {text}", flush=True)
    unneeded = [change for change in equal
                if change not in excused and wish.only in change.split(":")[0]]
    for change in unneeded:
        print(f"no survivor any more: {change}")
    print(f"{len(todo)} changes in {len(files)} files: "
          f"{len(todo) - survivors - len(excused)} noticed, "
          f"{len(excused)} without a difference, {survivors} survivors")
    return 1 if survivors or unneeded else 0


if __name__ == "__main__":
    sys.exit(main())
