#!/usr/bin/env python3
"""Writes docs/rules.md and docs/rules.ja.md: every rule with the words that people see.

usage: rules_doc.py [--check]

The texts come from collector/findings/texts.json, the order of the rules from
collector/rules/registry.cpp and what each rule is about from its header. With --check nothing is
written, and files that differ are an error.
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORDS = {
    "en": {
        "intro": "Every rule, in the order in which a device page shows them, with the words a "
        "finding is shown in. Written by `scripts/rules_doc.py`; change the texts in "
        "`collector/findings/texts.json`. Thresholds and their reasons are in "
        "`collector/rules/policy.hpp`.",
        "title": "Rules", "what": "What it is", "why": "Why it matters", "next": "Next steps",
        "line": "In one line", "case": "in the case", "call": "Whom to phone", "say": "What to say",
        "department": "the department that uses the device",
        "supplier": "the maker or supplier of the device",
        "network": "who looks after network and collector",
    },
    "ja": {
        "intro": "すべての規則です。並びは端末の画面と同じで、ことばは画面に出るとおりです。"
        "`scripts/rules_doc.py`が`collector/findings/texts.json`から作ります。"
        "しきい値とその理由は`collector/rules/policy.hpp`にあります。",
        "title": "規則の一覧", "what": "何か", "why": "なぜ大事か", "next": "次にすること",
        "line": "ひとことで", "case": "場合", "call": "電話する先", "say": "伝えること",
        "department": "端末を使っている部署", "supplier": "端末の業者",
        "network": "網と見守りの担当者",
    },
}


def about(rule):
    """The first docstring of the rule's header, as one line."""
    header = (ROOT / f"collector/rules/{rule}.hpp").read_text(encoding="utf-8")
    lines = re.search(r"((?:^///.*\n)+)Judgement", header, re.MULTILINE).group(1).splitlines()
    text = " ".join(line[3:].strip() for line in lines if line[3:].strip())
    text = re.sub(rf"^Rule {rule}: ", "", text)
    return text[0].upper() + text[1:]


def plain(text, language):
    """A text with its places as words: {product} -> <product>."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", r"〈\1〉" if language == "ja" else r"‹\1›", text)


def section(entry, language):
    words = WORDS[language]
    yield f"**{plain(entry['title'][language], language)}**"
    yield ""
    yield f"- {words['line']}: {plain(entry['line'][language], language)}"
    for part in ("what", "why"):
        joined = ("" if language == "ja" else " ").join(
            plain(text[language], language) for text in entry[part])
        yield f"- {words[part]}: {joined}"
    yield f"- {words['next']}:"
    for number, text in enumerate(entry["next"], 1):
        yield f"  {number}. {plain(text[language], language)}"
    yield ""


def document(language):
    words = WORDS[language]
    entries = json.loads((ROOT / "collector/findings/texts.json").read_text("utf-8"))["texts"]
    calls = json.loads((ROOT / "collector/findings/calls.json").read_text("utf-8"))["calls"]
    registry = (ROOT / "collector/rules/registry.cpp").read_text("utf-8")
    yield f"# {words['title']}"
    yield ""
    yield words["intro"]
    yield ""
    for rule in re.findall(r'\{"(\w+)",', registry):
        yield f"## {rule}"
        yield ""
        if language == "en":
            yield about(rule)
            yield ""
        for call in calls:
            if call["rule"] == rule:
                yield f"- {words['call']}: {words[call['whom']]}"
                yield f"- {words['say']}: {call['say'][language]}"
                yield ""
        for entry in entries:
            name, _, case = entry["key"].partition(":")
            if name != rule:
                continue
            if case:
                yield f"### {words['case']} `{case}`"
                yield ""
            yield from section(entry, language)


def main():
    stale = []
    for language, name in (("en", "rules.md"), ("ja", "rules.ja.md")):
        path = ROOT / "docs" / name
        text = "\n".join(document(language)).rstrip() + "\n"
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(f"docs/{name} differs from the texts: run scripts/rules_doc.py")
    print("\n".join(stale) or "ok")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
