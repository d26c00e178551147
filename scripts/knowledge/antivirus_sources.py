#!/usr/bin/env python3
"""Antivirus sources: conf/knowledge/source/antivirus_sources.toml ->
conf/knowledge/antivirus_sources.json, the definitions that agent/antivirus interprets.

Checks what the agent would refuse or silently skip: unknown words, missing members, places that no
source lies below. Where each fact was read stays in the input; the output keeps `unverified`.
"""

import re
import tomllib

import knowledge_file as kf

INPUT = kf.SOURCE / "antivirus_sources.toml"

DATE_FIELDS = ("pattern_built_at", "pattern_applied_at", "update_tried_at", "last_scan_at",
               "licence_until")
VERSION_FIELDS = ("version", "engine_version", "pattern_version")
FIELDS = (*VERSION_FIELDS, *DATE_FIELDS, "realtime")
DATE_FORMATS = ("ymd", "ymdhms", "ymdhm", "ymdh", "yymmddhh", "dmyhms", "unix_s", "filetime",
                "symantec_bytes", "asctime_local", "days_left")
VERSION_FORMATS = ("version", "upstream_version", "trend_pattern")

# Members that a method needs and may have, besides COMMON.
COMMON = {"method", "format", "unverified", "when", "from", "on", "off"}
EXTRACT = {"find", "last", "separator", "part"}
METHODS = {
    "cvd_header": ({"paths", "get"}, {"stop_if_broken"}),
    "file_time": ({"paths"}, set()),
    "file_exists": ({"paths"}, set()),
    "text": ({"paths"}, EXTRACT | {"encoding"}),
    "config": ({"paths", "key"}, EXTRACT | {"absent"}),
    "ini": ({"paths", "key"}, EXTRACT | {"section"}),
    "registry": ({"key"}, EXTRACT | {"value", "values", "view", "stop_if_broken"}),
    "registry_key_name": ({"key"}, EXTRACT | {"view"}),
    "wmi": ({"wmi_namespace", "wmi_class", "value"}, EXTRACT | {"mask", "where", "contains"}),
    "process": ({"name"}, set()),
    "service": ({"name"}, set()),
    "package": ({"names"}, set()),
    "uninstall": ({"name"}, set()),
    "none": ({"why"}, set()),
}
# Methods that yield a date or a state by themselves and need no format.
DATED = ("cvd_header", "file_time")


def expand(value, short, place):
    """Replaces `<word>` by the product's entry `word`."""
    if isinstance(value, str):
        def entry(found):
            kf.check(found[1] in short, place, f"no short {found[1]!r}")
            return short[found[1]]
        return re.sub(r"<([a-z_]+)>", entry, value)
    if isinstance(value, list):
        return [expand(item, short, place) for item in value]
    return value


def source_of(source, place, origins, short, formats):
    method = source.get("method")
    kf.check(method in METHODS, place, f"method {method!r}")
    needed, allowed = METHODS[method]
    members = set(source)
    kf.check(needed <= members, place, f"{method} needs {sorted(needed - members)}")
    extra = members - needed - allowed - COMMON
    kf.check(not extra, place, f"{method} does not take {sorted(extra)}")
    kf.check(source.get("from") in origins, place, f"from {source.get('from')!r}")
    if formats is None:
        kf.check("format" not in source, place, "a state has no format")
    elif method != "none" and not (method in DATED and formats is DATE_FORMATS):
        kf.check(source.get("format") in formats, place, f"format {source.get('format')!r}")
    made = {}
    for name, value in source.items():
        if name == "from":
            continue
        if name == "when":
            value = [source_of(one, f"{place}.when", origins, short, None) for one in value]
        elif name not in ("find", "separator"):
            value = expand(value, short, place)
        made[name] = value
    return made


def product_of(product, origins):
    place = product["id"]
    short = product.get("short", {})
    kf.check(re.fullmatch(r"[a-z0-9-]{1,40}", place), place, "id")
    known = {"id", "vendor", "name", "platforms", "has_pattern", "not_applicable", "hidden_by",
             "short", "places", "variables", "presence", *FIELDS}
    kf.check(set(product) <= known, place, f"unknown members {sorted(set(product) - known)}")
    kf.check(set(product.get("not_applicable", [])) <= set(FIELDS), place, "not_applicable")
    kf.check(bool(product["presence"]), place, "nothing tells whether it is there")

    def sources(name, formats, values):
        return [
            source_of(source, f"{place}.{name}[{i}]", origins, short, formats)
            for i, source in enumerate(values)
        ]

    made = {name: product[name] for name in ("id", "vendor", "name", "platforms")}
    made["has_pattern"] = product["has_pattern"]
    made["not_applicable"] = product.get("not_applicable")
    made["hidden_by"] = product.get("hidden_by")
    made["places"] = product.get("places")
    made["variables"] = [
        kf.without_nothing({
            "name": variable["name"],
            "fallback": variable.get("fallback"),
            "sources": sources(f"variables.{variable['name']}", None, variable["sources"]),
        })
        for variable in product.get("variables", [])
    ]
    made["presence"] = sources("presence", None, product["presence"])
    for name in VERSION_FIELDS:
        made[name] = sources(name, VERSION_FORMATS, product.get(name, []))
    for name in DATE_FIELDS:
        made[name] = sources(name, DATE_FORMATS, product.get(name, []))
    made["realtime"] = [
        {"all": sources(f"realtime[{i}]", None, condition["all"])}
        for i, condition in enumerate(product.get("realtime", []))
    ]
    return kf.without_nothing(made)


def make():
    document = tomllib.loads(INPUT.read_text(encoding="utf-8"))
    ids = [product["id"] for product in document["product"]]
    for name in ids:
        kf.check(ids.count(name) == 1, name, "id stands twice")
    for product in document["product"]:
        for name in product.get("hidden_by", []):
            kf.check(name in ids or name == "*", product["id"], f"hidden_by {name!r}")
    return {
        **kf.head(document, [INPUT]),
        "products": [product_of(product, document["origins"]) for product in document["product"]],
    }


if __name__ == "__main__":
    kf.main("antivirus_sources", make)
