#!/usr/bin/env python3
"""The page's words: both languages say the same things, each word that the page's code asks for is
there, each that is there is asked for, what the collector names has a word, and one thing is called
by one word.

usage: page_words_test.py <source folder>
"""

import collections
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
PAGE = ROOT / "collector/web/page/js"
problems = []

# ------------------------------------------------------------------ reading a dictionary


class Reader:
    """Reads `export const xx = {...}`: nested objects whose leaves are texts, lists, functions."""

    def __init__(self, path):
        self.path = path
        self.text = path.read_text(encoding="utf-8")
        self.at = self.text.index("{", self.text.index("export const "))

    def fail(self, why):
        line = self.text.count("\n", 0, self.at) + 1
        sys.exit(f"{self.path.name}:{line}: {why}")

    def skip(self):
        """Blanks and comments."""
        self.at = re.compile(r"(\s|//[^\n]*)*").match(self.text, self.at).end()

    def take(self, expected):
        self.skip()
        if not self.text.startswith(expected, self.at):
            self.fail(f"expected {expected!r}")
        self.at += len(expected)

    def sees(self, expected):
        self.skip()
        return self.text.startswith(expected, self.at)

    def object(self):
        """{key: leaf or nested object}"""
        members = {}
        self.take("{")
        while not self.sees("}"):
            found = re.compile(r'"?([\w]+)"?\s*:').match(self.text, self.at)
            if not found:
                self.fail("expected a key")
            if found[1] in members:
                self.fail(f"{found[1]} stands there twice")
            self.at = found.end()
            members[found[1]] = self.object() if self.sees("{") else Leaf(self.leaf())
            if not self.sees("}"):
                self.take(",")
        self.take("}")
        return members

    def leaf(self):
        """The source of a value, up to the comma or brace behind it."""
        self.skip()
        begin, depth = self.at, 0
        while depth > 0 or self.text[self.at] not in ",}":
            c = self.text[self.at]
            if c == '"':
                self.at = re.compile(r'"(\\.|[^"\\])*"').match(self.text, self.at).end()
            elif c == "`":
                self.template()
            else:
                depth += (c in "([{") - (c in ")]}")
                self.at += 1
        return self.text[begin:self.at].strip()

    def template(self):
        self.at += 1
        while self.text[self.at] != "`":
            if self.text.startswith("${", self.at):
                self.at += 2
                while self.text[self.at] != "}":
                    if self.text[self.at] == "`":
                        self.template()
                    else:
                        self.at += 1
            self.at += 1
        self.at += 1


class Leaf:
    def __init__(self, source):
        self.source = source
        arrow = re.match(r"\(([^)]*)\)\s*=>", source)
        if arrow:
            self.kind = f"a function of {len(list(filter(None, arrow[1].split(','))))}"
        elif source.startswith("["):
            self.kind = f"a list of {len(json.loads(source))}"
        else:
            self.kind = "a text"

    def texts(self):
        """The plain texts in it; functions are put together from pieces and have none."""
        if self.kind.startswith("a function"):
            return []
        value = json.loads(self.source)
        return value if isinstance(value, list) else [value]


def leaves(node, path=()):
    if isinstance(node, Leaf):
        yield ".".join(path), node
        return
    for key, below in node.items():
        yield from leaves(below, (*path, key))


def read(language):
    return Reader(PAGE / f"words_{language}.js").object()


# ------------------------------------------------------------------ who uses which word

# The top-level pieces of a file: a function and what stands before it.
PIECE = re.compile(r"\n(?=[\w/}])(?!\})")
ALIAS = re.compile(r"\bconst (\w+) = (words\(\)|\w+)((?:\.\w+)*);")
TAKEN_OUT = re.compile(r"\bconst \{ ([\w, ]+) \} = (words\(\)|\w+)((?:\.\w+)*);")


class Uses:
    """Which leaves of the dictionary the code asks for."""

    def __init__(self, words):
        self.words = words
        self.used = set()

    def node(self, path, where):
        """What stands at `path`, and what of the path a leaf has left over."""
        node = self.words
        for number, key in enumerate(path):
            if isinstance(node, Leaf):
                return node, path[:number]
            if key not in node:
                problems.append(f"{where}: there is no word {'.'.join(path[:number + 1])}")
                return None, path
            node = node[key]
        return node, path

    def take(self, path, where):
        node, path = self.node(path, where)
        if node is not None:
            self.used.update(name for name, _ in leaves(node, path))

    def look_through(self, path):
        source = path.read_text(encoding="utf-8")
        line = 1
        for piece in PIECE.split(source):
            self.look_through_piece(piece, f"{path.name}, piece at line {line}")
            line += piece.count("\n") + 1

    def look_through_piece(self, piece, where):
        aliases = {"words()": ()}
        rest = re.sub(r"//[^\n]*|/\*.*?\*/", "", piece, flags=re.DOTALL)
        for found in list(ALIAS.finditer(rest)):
            name, of, path = found.groups()
            if of not in aliases:
                continue
            if name in aliases:
                problems.append(f"{where}: {name} stands for two things")
            aliases[name] = (*aliases[of], *filter(None, path.split(".")))
            self.node(aliases[name], where)
            rest = rest.replace(found.group(), " " * len(found.group()), 1)
        for found in list(TAKEN_OUT.finditer(rest)):
            names, of, path = found.groups()
            if of not in aliases:
                continue
            for name in names.split(", "):
                aliases[name] = (*aliases[of], *filter(None, path.split(".")), name)
                self.node(aliases[name], where)
            rest = rest.replace(found.group(), " " * len(found.group()), 1)
        for name, prefix in aliases.items():
            asked = re.compile(rf"(?<![\w.\"'`/-]){re.escape(name)}(?![\w:/\"'`-])((?:\??\.\w+)*)")
            for found in asked.finditer(rest):
                path = (*prefix, *re.findall(r"\w+", found[1]))
                if not path:
                    problems.append(f"{where}: {name} is used as a whole")
                else:
                    self.take(path, where)


def check_uses(words):
    uses = Uses(words)
    for path in sorted(PAGE.rglob("*.js")):
        if path.name not in ("words_ja.js", "words_en.js"):
            uses.look_through(path)
    for name, _ in leaves(words):
        if name not in uses.used:
            problems.append(f"nothing uses the word {name}")


# ------------------------------------------------------------------ what the collector names


def described_enum(path, name):
    source = (ROOT / path).read_text(encoding="utf-8")
    found = re.search(rf"BOOST_DESCRIBE_ENUM\(\s*{name},([^)]*)\)", source)
    return set(found[1].replace(",", " ").split())


def described_members(path, name):
    source = (ROOT / path).read_text(encoding="utf-8")
    found = re.search(rf"BOOST_DESCRIBE_STRUCT\(\s*{name},\s*\(\),\s*\(([^)]*)\)", source)
    return set(found[1].replace(",", " ").split())


def check_names(words):
    texts = json.loads((ROOT / "collector/findings/texts.json").read_text(encoding="utf-8"))
    keys = {text["key"].split(":")[0] for text in texts["texts"]}
    wanted = {
        "device.rules": keys,
        "sections": described_members("common/wire/sections.hpp", "Facts"),
        "events": described_enum("common/wire/event.hpp", "EventKind"),
        "findings.states": described_enum("collector/findings/record.hpp", "FindingState"),
    }
    for place, names in wanted.items():
        node = words
        for key in place.split("."):
            node = node[key]
        for name in sorted(names ^ set(node)):
            problems.append(
                f"{place}.{name}: " + ("has no word" if name in names else "nobody says that"))


# ------------------------------------------------------------------ one word for one thing


def folded(text):
    """English without capitals and plurals, which Japanese does not tell."""
    return re.sub(r"s\b", "", text.casefold()).replace("media", "medium")


def check_one_word(ja, en):
    english, japanese = dict(leaves(en)), dict(leaves(ja))
    said = {"English": collections.defaultdict(dict), "Japanese": collections.defaultdict(dict)}
    for name, leaf in english.items():
        for one, other in zip(leaf.texts(), japanese[name].texts()):
            said["English"][one].setdefault(other, (other, name))
            said["Japanese"][other].setdefault(folded(one), (one, name))
    for language, texts in said.items():
        for text, others in texts.items():
            if len(others) > 1:
                places = ", ".join(f"{other!r} ({name})" for other, name in others.values())
                problems.append(f"{language} {text!r} is several words in the other: {places}")


def main():
    ja, en = read("ja"), read("en")
    japanese, english = dict(leaves(ja)), dict(leaves(en))
    assert len(japanese) > 300, len(japanese)
    for name in sorted(japanese.keys() ^ english.keys()):
        problems.append(f"{name} is there in one language only")
    for name in japanese.keys() & english.keys():
        if japanese[name].kind != english[name].kind:
            problems.append(f"{name}: {japanese[name].kind}, in English {english[name].kind}")
    if not problems:
        check_one_word(ja, en)
    check_uses(ja)
    check_names(ja)
    for problem in problems:
        print(problem)
    print(f"{len(japanese)} words, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
