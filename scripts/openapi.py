#!/usr/bin/env python3
"""Writes docs/api/openapi.json and README.md: the browsers' API as it stands in collector/api.

usage: openapi.py [--check]

The routes come from collector/api/routes.cpp, what each does and takes from the line above its
declaration, bodies and answers from the described structs of its handler. With --check nothing is
written, and a file that differs is an error.
"""

import json
import pathlib
import re
import sys

import api_pages

ROOT = pathlib.Path(__file__).resolve().parent.parent
API = ROOT / "collector/api"
OUT = ROOT / "docs/api"

PLAIN = {
    "std::string": {"type": "string"},
    "std::string_view": {"type": "string"},
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "std::size_t": {"type": "integer", "minimum": 0},
    "std::int64_t": {"type": "integer"},
    "std::int32_t": {"type": "integer"},
    "std::uint64_t": {"type": "integer", "minimum": 0},
    "std::uint32_t": {"type": "integer", "minimum": 0},
    "std::uint16_t": {"type": "integer", "minimum": 0},
    "Timestamp": {"type": "string", "format": "date-time"},
    "Date": {"type": "string", "format": "date"},
    "RawJson": {},
    "DeviceId": {"type": "string"},
    "AgentId": {"type": "string"},
    "SiteId": {"type": "string"},
}
FILES_OF_TYPES = ("collector/api/*.cpp", "collector/api/*.hpp", "collector/people/*.hpp",
                  "collector/findings/*.hpp", "collector/rules/*.hpp", "common/wire/*.hpp",
                  "common/wire/sections/*.hpp")
METHODS = {"get": "get", "post": "post", "delete_": "delete", "put": "put", "patch": "patch"}


class Sources:
    """The described structs and enums, and the functions of the API."""

    def __init__(self):
        self.structs = {}  # name -> {file: body}
        self.enums = {}
        self.files = {}
        for pattern in FILES_OF_TYPES:
            for file in sorted(ROOT.glob(pattern)):
                self.read(file)

    def read(self, file):
        text = file.read_text(encoding="utf-8")
        self.files[file] = text
        described = set(re.findall(r"BOOST_DESCRIBE_STRUCT\(\s*(\w+)", text))
        for name, body in re.findall(r"^struct (\w+)[^;{]*\n\{\n(.*?)^\};", text,
                                     re.MULTILINE | re.DOTALL):
            if name in described:
                self.structs.setdefault(name, {})[file] = body
        for name, values in re.findall(r"BOOST_DESCRIBE_ENUM\(\s*(\w+),([^)]*)\)", text):
            self.enums[name] = [value.strip() for value in values.split(",")]

    def function(self, file, name):
        """The text of the function with that name in a file; the longest of several."""
        found = re.findall(rf"^[^\n/]*\b{name}\((?:[^{{;]*?)\)\n\{{\n(.*?)^\}}", self.files[file],
                           re.MULTILINE | re.DOTALL)
        return max(found, key=len, default="")

    def file_of(self, handler):
        for file, text in self.files.items():
            if file.suffix == ".cpp" and re.search(
                    rf"^awaitable<http::Response> {handler}\(", text, re.MULTILINE):
                return file
        raise SystemExit(f"openapi.py: no function {handler}")


class Schemas:
    """The components of the document, made as they are needed."""

    def __init__(self, sources):
        self.sources = sources
        self.made = {}

    def of(self, cpp, file):
        cpp = cpp.strip().removeprefix("const ")
        if match := re.fullmatch(r"std::optional<(.+)>", cpp):
            inner = self.of(match.group(1), file)
            return inner and {"anyOf": [inner, {"type": "null"}]}
        if match := re.fullmatch(r"std::vector<(.+)>", cpp):
            return {"type": "array", "items": self.of(match.group(1), file)}
        name = cpp.split("::")[-1] if not cpp.startswith("std::") else cpp
        if name in PLAIN:
            return dict(PLAIN[name])
        if name in self.sources.enums and name not in self.sources.structs:
            return {"type": "string", "enum": self.sources.enums[name]}
        if name in self.sources.structs:
            return self.reference(name, file)
        raise SystemExit(f"openapi.py: {file.name}: what is {cpp}?")

    def reference(self, name, file):
        places = self.sources.structs[name]
        place = file if file in places else sorted(places)[0]
        # The same name in two files of the API means two things.
        inside = [one for one in places if one.parent == API]
        title = name
        if len(inside) > 1:
            title = "".join(part.title() for part in place.stem.split("_")) + name
        if title not in self.made:
            self.made[title] = None  # Stands for itself in what it contains.
            self.made[title] = self.struct(places[place], place)
        return {"$ref": f"#/components/schemas/{title}"}

    def struct(self, body, file):
        properties = {}
        # A long member stands in two lines.
        for line in re.sub(r"^(\s+[\w:<>]+)\n\s+(\w+;)", r"\1 \2", body, flags=re.M).split("\n"):
            match = re.match(r"\s+([\w:][\w:<>, ]*?) (\w+)(?:\{[^}]*\}| = [^;]*)?;(?:\s*///<\s*(.*))?$",
                             line)
            if not match or " operator" in line:
                continue
            cpp, name, remark = match.groups()
            schema = self.of(cpp, file)
            if remark and "$ref" not in schema:
                schema["description"] = remark
            properties[name] = schema
        return {"type": "object", "properties": properties}


def declared(header_text, handler):
    """What stands above the handler's declaration, as one line."""
    match = re.search(rf"((?:^///.*\n)+)awaitable<http::Response> {handler}\(", header_text,
                      re.MULTILINE)
    if not match:
        raise SystemExit(f"openapi.py: nothing is said about {handler}")
    return " ".join(line[3:].strip() for line in match.group(1).splitlines()).strip()


def with_helpers(sources, file, handler, depth=3):
    """The text of a handler with that of the coroutines that answer for it."""
    text = sources.function(file, handler)
    if depth > 0:
        for helper in re.findall(r"co_await (\w+)\(", text):
            if re.search(rf"^awaitable<.*> {helper}\(", sources.files[file], re.MULTILINE):
                text += "\n" + with_helpers(sources, file, helper, depth - 1)
    return text


def type_of(sources, file, text, variable):
    """The C++ type of what is answered."""
    plain = variable.strip("*")
    match = re.search(rf"\b(?:const )?((?:\w+::)?[A-Z]\w+) {plain}(?:\{{|;| =|\()", text)
    if match:
        return match.group(1)
    made = re.search(rf"auto {plain} =\s*co_await\s+(?:read_as|services\.database\.\w+)\((.*?)\);",
                     text, re.DOTALL)
    work = made and re.split(r",", made.group(1))[-1].strip()
    lambda_text = work and re.search(rf"auto {work} = \[.*?\](.*?)\n    \}};|auto {work} = \[.*?\]"
                                     rf"(.*?);\n", text, re.DOTALL)
    if lambda_text:
        found = "".join(part for part in lambda_text.groups() if part)
        if match := re.search(r"-> Result<([\w:]+)>", found):
            return match.group(1)
        if match := re.search(r"return (?:(\w+)::)?(\w+)\(", found):
            for one in [file] + list(sources.files):
                if back := re.search(rf"^(?:static )?Result<([\w:<>]+)> {match.group(2)}\(",
                                     sources.files[one], re.MULTILINE):
                    return back.group(1)
    return None


def answers_of(sources, schemas, file, text):
    """Status -> content of the good answers."""
    found = {}
    for status, variable in re.findall(
            r"\banswer(?:_to_get)?\((?:http::Status::)?(\w+),\s*(\*?\w+)\)", text):
        cpp = type_of(sources, file, text, variable)
        if not cpp:
            raise SystemExit(f"openapi.py: {file.name}: of which type is {variable}?")
        number = "201" if status == "created" else "200"
        found[number] = {"description": "Done." if number == "200" else "Made.", "content": {
            "application/json": {"schema": schemas.of(cpp, file)}}}
    for kind in ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"):
        if f'"{kind}' in text or " table_file(" in text:
            found.setdefault("200", {"description": "Done.", "content": {}})
            found["200"]["content"][kind] = {"schema": {"type": "string"}}
    if "text/event-stream" in text:
        found["200"] = {"description": "Goes on.", "content": {
            "text/event-stream": {"schema": {"type": "string"}}}}
    if "no_content" in text or "done_or_refused" in text:
        found["204"] = {"description": "Done; there is nothing to say."}
    if "answer_to_get" in text:
        found["304"] = {"description": "As it was (If-None-Match)."}
    return found


def parameters_of(pattern, about):
    found = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
             for name in re.findall(r"\{(\w+)\}", pattern)]
    query = re.match(r"\w+ \S+?\?(\S+)", about)
    for part in query.group(1).rstrip(":").split("&") if query else ():
        name = part.split("=")[0]
        schema = {"type": "string"}
        if name == "limit":
            schema = {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
        found.append({"name": name, "in": "query", "schema": schema})
    return found


def refusals_of(method, about):
    codes = {"400", "401", "403", "404", "429", "503"}
    if method != "get":
        codes |= {"409", "413", "415"}
    if "changed_meanwhile" in about:
        codes.add("412")
    return {code: {"$ref": "#/components/responses/Refused"} for code in sorted(codes)}


def operation_of(sources, schemas, method, pattern, handler):
    file = sources.file_of(handler)
    about = declared(sources.files[file.with_suffix(".hpp")], handler)
    text = with_helpers(sources, file, handler)
    summary = re.sub(r"^[A-Z]+ /api/\S*", "", about).strip(" :")
    operation = {"operationId": handler, "tags": [pattern.split("/")[3]]}
    if summary:
        operation["summary"] = summary
    parameters = parameters_of(pattern, about)
    if "If-Match" in about:
        parameters.append({"name": "If-Match", "in": "header", "required": True,
                           "schema": {"type": "string"}})
    if parameters:
        operation["parameters"] = parameters
    body = re.search(r"body_of<(\w+)>", text)
    if body:
        operation["requestBody"] = {"content": {
            "application/json": {"schema": schemas.of(body.group(1), file)}}}
    asked = re.search(r"allow\(\s*request, services, Right::(\w+)(, Reach::own_sites)?", text)
    if asked:
        operation["x-right"] = asked.group(1)
        operation["x-whole-site"] = asked.group(2) is None
    else:
        operation["security"] = []
    operation["responses"] = {**answers_of(sources, schemas, file, text),
                              **refusals_of(method, about)}
    return operation


def routes(sources):
    table = sources.files[API / "routes.cpp"]
    for kind, handler, method, pattern in re.findall(
            r"^\s+(get|change|upload)<(\w+)>\(\s*(?:Method::(\w+),\s*)?\"([^\"]+)\"", table, re.MULTILINE):
        yield METHODS[method or {"upload": "post"}.get(kind, kind)], pattern, handler


def document():
    sources = Sources()
    schemas = Schemas(sources)
    paths = {}
    for method, pattern, handler in routes(sources):
        paths.setdefault(pattern, {})[method] = operation_of(
            sources, schemas, method, pattern, handler)
    problem = {"type": "object", "required": ["type", "title", "status", "code"], "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable, for programs."},
        "detail": {"type": "string", "description": "What was wrong, for people."},
        "place": {"type": "integer", "description": "At which byte, with \"bad_filter\"."},
        "roles": {"type": "array", "items": {"type": "string"},
                  "description": "Who may, with \"forbidden\" because of the role."},
        "whole_site": {"type": "boolean", "description": "With \"forbidden\": it is for people of "
                       "the whole site."},
        "changes": {"type": "array", "description": "Of others, with \"changed_meanwhile\".",
                    "items": schemas.of("LedgerChangeView", API / "ledger_view.hpp")},
        "changed_at": {"type": "string", "format": "date-time",
                       "description": "By the one of \"detail\", with \"changed_meanwhile\"."}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mimamori", "version": "1",
            "description": "The API that the pages and mimamorictl use. A browser signs in with "
            "POST /api/v1/session and sends the token of the answer in X-CSRF-Token with each "
            "change; a program sends a token of its own in Authorization. To who may see only "
            "some sites, nothing else exists. Unknown members of bodies are ignored. Lists with "
            "`next` go on with it in `after` or `before`. One address has some thousand requests a "
            "minute, one sign-in or token 1,200, wrong passwords are slowed down: all are 429 with "
            "Retry-After."},
        "servers": [{"url": "https://collector:8443"}],
        "security": [{"cookie": [], "csrf": []}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**dict(sorted(schemas.made.items())), "Problem": problem},
            "responses": {"Refused": {
                "description": "Why not (RFC 9457).", "headers": {"X-Request-Id": {
                    "description": "Under which number the collector's log tells more.",
                    "schema": {"type": "string"}}}, "content": {"application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"}}}}},
            "securitySchemes": {
                "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-mimamori"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
                "token": {"type": "http", "scheme": "bearer"}}}}


def main():
    whole = document()
    files = {
        "openapi.json": json.dumps(whole, ensure_ascii=False, indent=1) + "\n",
        "README.md": api_pages.page(whole)}
    for name, made in files.items():
        path = OUT / name
        if sys.argv[1:] == ["--check"]:
            kept = path.read_text(encoding="utf-8") if path.exists() else ""
            if made != kept:
                sys.exit(f"docs/api/{name} is not what collector/api says: run scripts/openapi.py")
            continue
        OUT.mkdir(parents=True, exist_ok=True)
        path.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
