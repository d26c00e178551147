"""The browsers' API as a page for people, out of the OpenAPI document. Used by openapi.py."""

TITLES = {
    "session": "Signing in and one's own access", "people": "People", "tokens": "Tokens",
    "audit": "The record of changes", "sites": "Hospitals and departments",
    "devices": "Devices", "findings": "Findings", "finding-groups": "Findings by kind",
    "usb-media": "USB media", "site-events": "Devices that fell silent together",
    "alert-settings": "Alert routes, channels and contacts", "alert-channels": "Channels",
    "alert-deliveries": "Deliveries", "enrolment-keys": "Enrolment keys",
    "enrolment-queue": "Machines that wait", "scores": "Points", "models": "Device models"}


def type_of(schema):
    """What a member is, in a word: "text", "number, or null", "list of Device"."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return ", or ".join(type_of(one) for one in schema["anyOf"])
    kind = schema.get("type", "any")
    if kind == "array":
        return "list of " + type_of(schema.get("items", {}))
    if kind == "object" and "additionalProperties" in schema:
        return "map of " + type_of(schema["additionalProperties"])
    if kind == "string":
        formats = {"date-time": "time (RFC 3339)", "date": "day"}
        return formats.get(schema.get("format"), "text")
    words = {"integer": "number", "number": "number", "boolean": "yes or no", "null": "null"}
    return words.get(kind, kind)


def limits_of(schema):
    """Limits and default of a parameter."""
    said = []
    if "minimum" in schema and "maximum" in schema:
        said.append(f"{schema['minimum']} to {schema['maximum']}")
    if "enum" in schema:
        said.append("one of " + ", ".join(f"`{one}`" for one in schema["enum"]))
    if "default" in schema:
        said.append(f"without it {schema['default']}")
    return "; ".join(said)


def body_of(content):
    """The schema of a JSON body or answer, or the media type of another one."""
    for media, what in content.items():
        if media == "application/json":
            return type_of(what["schema"])
        return f"`{media}`"
    return ""


def operation(method, path, what):
    """One route."""
    lines = [f"### {method.upper()} {path}", ""]
    if what.get("summary"):
        lines += [what["summary"], ""]
    right = what.get("x-right")
    if right:
        whole = " and the whole site" if what.get("x-whole-site") else ""
        lines.append(f"- Needs the right `{right}`{whole}.")
    for parameter in what.get("parameters", []):
        limits = limits_of(parameter["schema"])
        words = f"- `{parameter['name']}` ({parameter['in']}): {type_of(parameter['schema'])}"
        lines.append(words + (f"; {limits}" if limits else ""))
    if "requestBody" in what:
        lines.append("- Body: " + body_of(what["requestBody"]["content"]))
    for status, answer in sorted(what["responses"].items()):
        if status.startswith("2"):
            said = body_of(answer.get("content", {})) or answer["description"]
            lines.append(f"- {status}: {said}")
    refusals = [status for status in sorted(what["responses"]) if status >= "400"]
    if refusals:
        lines.append("- Refused with " + ", ".join(refusals) + " ([Problem](#problem)).")
    return lines + [""]


def schema_lines(name, schema):
    """One body or answer, member by member."""
    lines = [f"### {name}", ""]
    if schema.get("type") != "object" or "properties" not in schema:
        return lines + [type_of(schema), ""]
    for member, what in schema["properties"].items():
        description = f": {what['description']}" if "description" in what else ""
        lines.append(f"- `{member}`: {type_of(what)}{description}")
    return lines + [""]


def page(document):
    """The whole page, as Markdown."""
    lines = [
        "# The API", "",
        "Written by `scripts/openapi.py` out of [openapi.json](openapi.json), which comes from the "
        "C++; change that. The same file is what the pages' types are made from, and a test holds "
        "real answers against it.", "", document["info"]["description"], ""]
    groups = {}
    for path, methods in document["paths"].items():
        for method, what in methods.items():
            tag = (what.get("tags") or ["other"])[0]
            groups.setdefault(tag, []).append((method, path, what))
    for tag, routes in groups.items():
        lines += [f"## {TITLES.get(tag, tag.replace('-', ' ').capitalize())}", ""]
        for method, path, what in routes:
            lines += operation(method, path, what)
    lines += ["## Bodies and answers", ""]
    for name, schema in document["components"]["schemas"].items():
        lines += schema_lines(name, schema)
    return "\n".join(lines).rstrip() + "\n"
