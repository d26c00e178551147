#!/usr/bin/env python3
"""Holds every answer that the API's tests get to docs/api/openapi.json.

usage: contract_test.py TEST_PROGRAM OPENAPI_JSON

Runs the tests of the API with a file to write each request and its answer to, and checks: the route
and the status are described, the answer is what the description says and has no member that it does
not have, and each route was seen to succeed.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

# Needs a key that only a publisher has; its success is tried with the shelf of knowledge itself.
TRIED_ELSEWHERE = {
    ("post", "/api/v1/knowledge"),
    ("get", "/api/v1/live")}  # A stream: live_test.cpp reads it.


def closed(schema):
    """The same schema that takes no member it does not name."""
    if isinstance(schema, dict):
        made = {name: closed(part) for name, part in schema.items()}
        if made.get("type") == "object" and "properties" in made:
            made["additionalProperties"] = False
            if "required" not in made:
                made["required"] = sorted(made["properties"])
        return made
    return [closed(part) for part in schema] if isinstance(schema, list) else schema


class Contract:
    def __init__(self, document):
        self.document = document
        self.patterns = sorted(
            ((re.compile(re.sub(r"\{\w+\}", "[^/]+", pattern)), pattern)
             for pattern in document["paths"]), key=lambda pair: pair[1].count("{"))
        self.validators = {}
        self.problems = set()
        self.succeeded = set()

    def operation(self, method, path):
        for expression, pattern in self.patterns:
            if expression.fullmatch(path):
                return pattern, self.document["paths"][pattern].get(method)
        return None, None

    def validator(self, schema):
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            whole = {**closed(schema), "components": closed(self.document["components"])}
            # A problem may leave its detail out.
            whole["components"]["schemas"]["Problem"]["required"] = (
                self.document["components"]["schemas"]["Problem"]["required"])
            self.validators[key] = jsonschema.Draft202012Validator(whole)
        return self.validators[key]

    def check(self, line):
        method, path = line["method"].lower(), line["path"].split("?")[0]
        if not path.startswith("/api/v1/"):
            return
        pattern, operation = self.operation("get" if method == "head" else method, path)
        if not operation:
            return  # What is no route of ours is for other tests.
        name = f"{method} {pattern}"
        status = str(line["status"])
        response = operation["responses"].get(status)
        if response is None:
            self.problems.add(f"{name}: {status} is not described")
            return
        if "$ref" in response:
            response = self.document["components"]["responses"][response["$ref"].split("/")[-1]]
        if status < "300":
            self.succeeded.add((method, pattern))
        kind = line["type"].split(";")[0]
        content = response.get("content", {})
        if not line["body"]:
            if content and method != "head":
                self.problems.add(f"{name}: {status} without a body")
            return
        if kind not in content:
            self.problems.add(f"{name}: {status} as {kind} is not described")
            return
        if not kind.endswith("json"):
            return
        for error in self.validator(content[kind]["schema"]).iter_errors(json.loads(line["body"])):
            place = "/".join(re.sub(r"^\d+$", "*", str(part)) for part in error.path)
            self.problems.add(f"{name}: {status} {place}: {error.message[:150]}")

    def unseen(self):
        return sorted(
            f"{method} {pattern}" for pattern, operations in self.document["paths"].items()
            for method in operations
            if (method, pattern) not in self.succeeded | TRIED_ELSEWHERE)


def main():
    program, openapi = sys.argv[1:]
    contract = Contract(json.loads(pathlib.Path(openapi).read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory() as folder:
        record = pathlib.Path(folder) / "answers.jsonl"
        done = subprocess.run([program, "--log_level=error"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False,
                              env={**os.environ, "MIMAMORI_API_RECORD": str(record)})
        if done.returncode != 0:
            sys.exit(f"the tests of the API failed:\n{done.stderr[-3000:]}")
        lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        contract.check(line)
    problems = sorted(contract.problems)
    problems += [f"{route}: no test saw it succeed" for route in contract.unseen()]
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(lines)} answers of {len(contract.succeeded)} routes are as described")


if __name__ == "__main__":
    main()
