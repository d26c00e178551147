#!/usr/bin/env python3
"""The guides say what is true: verbs, options and settings exist, links lead somewhere, and the
Japanese and the English guides show the same commands.

usage: guides_test.py <source folder> <mimamori-agent> <mimamori-collector> <mimamorictl>
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
PROGRAMS = {pathlib.Path(path).name: path for path in sys.argv[2:]}
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
SETTING = re.compile(r"(?<![\w./-])([a-z]+)\.([a-z_]+)(?![\w./(])")
FILE_ENDINGS = {"toml", "db", "md", "sh", "log", "service", "pem", "txt", "example", "gz", "tar"}
problems = []


def complain(path, text):
    problems.append(f"{path.relative_to(ROOT)}: {text}")


def said(program, *words):
    done = subprocess.run([PROGRAMS[program], *words], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr, done.returncode


def code_of(text):
    """Every line of code in a text."""
    for block, span in CODE.findall(text):
        for line in (block or span).splitlines():
            if not re.search("[\u2500-\u257f]", line):  # Not a picture.
                yield line.split("#")[0].strip()


def verbs_of(text):
    """The verbs that a help text lists."""
    listed = re.search(r"^Subcommands:\n((?:[ \t]+.*\n?)+)", text, re.MULTILINE)
    return set(re.findall(r"^  ([a-z-]+)", listed.group(1), re.MULTILINE)) if listed else set()


def check_command(path, program, words):
    """Follows the verbs down, then looks for the options in the last help."""
    verbs, at = [], 0
    seen, _ = said(program, "--help")
    options = set(re.findall(r"--[a-z-]+", seen))
    takes_verbs = verbs_of(seen)
    while at < len(words):
        word = words[at]
        if word == "--config":
            at += 1
        elif word.startswith("--"):
            name = word.split("=")[0]
            if name not in options:
                complain(path, f"{program} {' '.join(verbs)}: there is no {name}")
        elif takes_verbs:
            if word not in takes_verbs:
                complain(path, f"{program} {' '.join(verbs)}: there is no '{word}'")
                return
            verbs.append(word)
            seen, status = said(program, *verbs, "--help")
            if status != 0:
                complain(path, f"{program} {' '.join(verbs)} --help fails")
            takes_verbs = verbs_of(seen)
            options |= set(re.findall(r"--[a-z-]+", seen))
        at += 1


def check_commands(path, text):
    for line in code_of(text):
        for part in re.split(r"\||&&|;", line):
            words = part.split()
            for at, word in enumerate(words):
                # Only where it is the command, not where it is a file that is carried about.
                is_user = at > 0 and words[at - 1] == "-u"
                if word in PROGRAMS and not is_user and (at == 0 or words[0] == "sudo"):
                    check_command(path, word, words[at + 1:])
                    break


def known_settings():
    known = {}
    for program in ("mimamori-agent", "mimamori-collector"):
        section = ""
        for line in said(program, "sample-config")[0].splitlines():
            if line.startswith("["):
                section = line.strip("[]")
                known.setdefault(section, set())
            elif found := re.match(r"#?([a-z_]+) = ", line):
                known[section].add(found.group(1))
    return known


def check_settings(path, text, known):
    for _, span in CODE.findall(text):
        for section, name in SETTING.findall(span):
            if section in known and name not in FILE_ENDINGS and name not in known[section]:
                complain(path, f"there is no setting {section}.{name}")


def check_links(path, text):
    for target in re.findall(r"\]\(([^)#]+)", text):
        if "://" not in target and not (path.parent / target).exists():
            complain(path, f"the link to {target} leads nowhere")


def skeleton(text):
    """What both languages have in common: headings, numbered steps, and commands without words in
    capitals or in Japanese, which stand for something of the reader's."""
    lines, inside = [], False
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("```"):
            inside = not inside
            lines.append("```")
        elif inside:
            words = re.split("#|  ", line)[0].split()  # Without what explains it.
            plain = [word for word in words if word.isascii() and not word[0].isupper()]
            lines.append(" ".join(re.sub(r'".*', "", " ".join(plain)).split()))
        elif found := re.match(r"(#+|\d+\.|\|) ", line):
            lines.append(found.group(1))
    return lines


def check_languages(english, japanese):
    first, second = (skeleton(path.read_text(encoding="utf-8")) for path in (english, japanese))
    for at, (one, other) in enumerate(zip(first, second)):
        if one != other:
            complain(japanese, f"differs from the English: {other!r} for {one!r} (part {at})")
            return
    if len(first) != len(second):
        complain(japanese, f"has {len(second)} parts, the English {len(first)}")


def main():
    known = known_settings()
    assert len(known) > 8, known
    guides = sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md"))
    for path in guides:
        text = path.read_text(encoding="utf-8")
        check_commands(path, text)
        check_settings(path, text, known)
        check_links(path, text)
    english = {path.name: path for path in ROOT.glob("docs/admin/en/*.md")}
    japanese = {path.name: path for path in ROOT.glob("docs/admin/ja/*.md")}
    for name in english.keys() ^ japanese.keys():
        problems.append(f"docs/admin: {name} is there in one language only")
    for name in english.keys() & japanese.keys():
        check_languages(english[name], japanese[name])
    check_languages(ROOT / "README.md", ROOT / "README.ja.md")
    print("\n".join(problems) or f"{len(guides)} texts agree with the programs")
    return 1 if problems else 0


sys.exit(main())
