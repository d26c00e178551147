"""Reading the inputs of the knowledge files and writing the compact outputs.

Every output is one JSON object: first the head (name, version, data_date, expires,
generated_from), then the content, long lists with one element a line so that a change of the
input shows as a small change of the output. Nothing depends on the clock or the machine.
"""

import argparse
import datetime
import hashlib
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "conf/knowledge/source"
HEAD = ("name", "version", "data_date", "expires")


class BadInput(Exception):
    """An input breaks a rule; the message names the place."""


def check(condition, place, rule):
    if not condition:
        raise BadInput(f"{place}: {rule}")


def check_day(text, place):
    """A day that exists, written as 2026-01-31."""
    try:
        parsed = datetime.date.fromisoformat(text)
    except (TypeError, ValueError):
        parsed = None
    check(parsed is not None and parsed.isoformat() == text, place, f"no day: {text!r}")
    return text


def refuse_twins(pairs):
    keys = [key for key, _ in pairs]
    for key in keys:
        check(keys.count(key) == 1, key, "member stands twice in one object")
    return dict(pairs)


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=refuse_twins)


def head(meta, inputs):
    """The first members of an output. `inputs` are the files it was made from."""
    place = inputs[0].name
    check(isinstance(meta["version"], int) and len(str(meta["version"])) == 10, place,
          "version is YYYYMMDDnn")
    check_day(meta["data_date"], f"{place}: data_date")
    check_day(meta["expires"], f"{place}: expires")
    made_from = [
        {
            "file": path.relative_to(ROOT).as_posix(),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in inputs
    ]
    return {**{name: meta[name] for name in HEAD}, "generated_from": made_from}


def without_nothing(row):
    """The row without members that say nothing: absent means unknown or none."""
    return {key: value for key, value in row.items() if value not in (None, "", [], False)}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Numbered:
    """Texts that many rows repeat, each written once and named by its number."""

    def __init__(self):
        self.texts = []

    def number(self, text):
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)


def render(members):
    """The text of an output: lists of objects with one element a line, the rest on one line."""
    parts = []
    for name, value in members.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            text = "[\n" + ",\n".join(compact(row) for row in value) + "\n]"
        else:
            text = compact(value)
        parts.append(compact(name) + ":" + text)
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(name, make):
    """Writes conf/knowledge/<name>.json, or another file with --out. `make` returns its members."""
    parser = argparse.ArgumentParser(description=f"makes conf/knowledge/{name}.json")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / f"conf/knowledge/{name}.json")
    arguments = parser.parse_args()
    try:
        text = render(make())
    except BadInput as bad:
        sys.exit(f"{name}: {bad}")
    arguments.out.write_text(text, encoding="utf-8", newline="\n")
