#!/usr/bin/env python3
"""Support end dates: conf/knowledge/source/os_lifecycle.json -> conf/knowledge/os_lifecycle.json.

A date that was not read in a named source stays marked, so that the collector never turns it into
a firm verdict.
"""

import knowledge_file as kf

INPUT = kf.SOURCE / "os_lifecycle.json"
CONFIDENCES = ("read", "not_announced", "inferred", "unverified")
SERVICINGS = ("general", "ltsc", "iot_core", "embedded", "server", "server_annual")


def span(row, name, place):
    """earliest and latest last day, from `name`, `name`_earliest and `name`_latest."""
    day = row.get(name)
    if day is None:
        kf.check(f"{name}_earliest" not in row and f"{name}_latest" not in row, place,
                 f"{name} is missing beside its span")
        return None, None
    kf.check_day(day, f"{place}: {name}")
    first = kf.check_day(row.get(f"{name}_earliest", day), f"{place}: {name}_earliest")
    last = kf.check_day(row.get(f"{name}_latest", day), f"{place}: {name}_latest")
    kf.check(first <= day <= last, place, f"{name} lies outside of its span")
    return first, last


def row_of(row, sources, editions, distributions):
    place = row["id"]
    first, last = span(row, "end_security", place)
    extended_first, extended_last = span(row, "end_extended", place)
    kf.check(row["confidence"] in CONFIDENCES, place, "confidence is unknown")
    kf.check((first is None) == (row["confidence"] == "not_announced"), place,
             "end_security and confidence contradict each other")
    if extended_first is not None:
        kf.check(row.get("end_extended_confidence") in CONFIDENCES, place,
                 "end_extended has no confidence")
        kf.check(first <= extended_first, place, "extended support ends before support")
        kf.check(bool(row.get("extended_programme")), place, "extended support has no programme")
    made = {
        "id": place,
        "family": row["family"],
        "product": row["product"],
        "version": row["version"],
    }
    if row["family"] == "windows":
        kf.check(row["servicing"] in SERVICINGS, place, "servicing is unknown")
        for edition in row["editions"]:
            kf.check(edition in editions or edition == "all", place, f"edition {edition!r}")
        made.update(build=row.get("build"), servicing=row["servicing"], editions=row["editions"])
    else:
        kf.check(row["family"] == "linux" and row["distribution"] in distributions, place,
                 "distribution is unknown")
        made.update(distribution=row["distribution"], version_id=row["version_id"])
    made.update(
        names=row.get("names"),
        ends_earliest=first,
        ends_latest=last,
        confidence=row["confidence"],
        extended_earliest=extended_first,
        extended_latest=extended_last,
        extended_confidence=row.get("end_extended_confidence") if extended_first else None,
        programme=row.get("extended_programme") if extended_first else None,
        programme_is_free=row.get("programme_needs_licence") is False,
        programme_steps=[
            {"name": step["name"], "ends": kf.check_day(step["ends"], place)}
            for step in row.get("programme_steps", [])
        ],
        source=sources.number(row["source"]),
        source_date=row.get("source_date"),
    )
    # Number 0 is a source too.
    return {**kf.without_nothing(made), "source": made["source"]}


def make():
    document = kf.read_json(INPUT)
    sources = kf.Numbered()
    editions = {entry["edition"] for entry in document["windows_editions"]}
    distributions = {entry["id"] for entry in document["meta"]["linux_distributions"]}
    ids = [row["id"] for row in document["rows"]]
    for name in ids:
        kf.check(ids.count(name) == 1, name, "id stands twice")
    rows = [row_of(row, sources, editions, distributions) for row in document["rows"]]
    return {
        **kf.head(document["meta"], [INPUT]),
        "sources": sources.texts,
        "editions": [
            {"id": entry["edition_id"], "edition": entry["edition"],
             "servicing": entry["channel"]}
            for entry in document["windows_editions"]
        ],
        "distributions": [
            {"id": entry["id"], "version_parts": entry["version_parts"]}
            for entry in document["meta"]["linux_distributions"]
            if entry["product"] != "CentOS Stream"
        ],
        "rows": rows,
    }


if __name__ == "__main__":
    kf.main("os_lifecycle", make)
