#!/usr/bin/env python3
"""Windows builds: conf/knowledge/source/{windows_builds,os_lifecycle}.json ->
conf/knowledge/windows_builds.json.

An update line is one platform and build. Its `serviced_until` is the last day on which any edition
of it gets security updates, extra programmes included (from the lifecycle table): until then one
security release a month is to be expected even when this table ends earlier.
"""

import knowledge_file as kf

INPUT = kf.SOURCE / "windows_builds.json"
LIFECYCLE = kf.SOURCE / "os_lifecycle.json"
TYPES = ("B", "preview", "oob", "RTM", "other", "unknown", "hotpatch")


def serviced_until(rows, platform, build):
    """The latest end of any row of the lifecycle table with this platform and build."""
    ends = []
    for row in rows:
        server = row["family"] == "windows" and row["servicing"].startswith("server")
        if row.get("build") == build and server == (platform == "server"):
            ends.append(max(filter(None, (row.get("end_security"), row.get("end_extended")))))
    return max(ends) if ends else None


def update_of(update, place):
    kf.check(update["type"] in TYPES, place, "type is unknown")
    kf.check(update["type"] != "B" or "release_date" in update, place, "a B release has no day")
    if "release_date" in update:
        kf.check_day(update["release_date"], place)
    made = {
        "ubr": update["ubr"],
        "day": update.get("release_date"),
        "type": update["type"],
        "kb": update.get("kb"),
        "reported_once": update.get("date_basis") == "reported_once",
    }
    return {**kf.without_nothing(made), "ubr": made["ubr"]}


def lines_of(document, lifecycle):
    groups = {}
    for update in document["updates"] + document["hotpatch"]:
        groups.setdefault((update["platform"], update["build"]), []).append(update)
    lines = []
    for (platform, build), updates in sorted(groups.items()):
        place = f"{platform} {build}"
        kf.check(platform in ("client", "server"), place, "platform is unknown")
        updates.sort(key=lambda update: update["ubr"])
        ubrs = [update["ubr"] for update in updates]
        kf.check(len(set(ubrs)) == len(ubrs), place, "a revision stands twice")
        until = serviced_until(lifecycle, platform, build)
        kf.check(until is not None, place, "the lifecycle table does not know this build")
        names = [
            f"{entry['products'][0]} {entry['version']}"
            for entry in document["builds"]
            if entry["build"] == build and entry["platform"] in (platform, "both")
        ]
        lines.append({
            "platform": platform,
            "build": build,
            "name": names[0] if names else "",
            "serviced_until": until,
            "updates": [
                update_of(update, f"{place}.{update['ubr']}") for update in updates
            ],
        })
    return lines


def legacy_of(document):
    """Windows before 10 has no revision: updates are known by their KB only."""
    groups = {}
    for update in document["legacy_updates"]:
        key = (update["product"], update.get("service_pack", ""))
        made = {"kb": update["kb"], "day": update.get("release_date"), "track": update["track"]}
        groups.setdefault(key, []).append(kf.without_nothing(made))
    return [
        {"product": product, "service_pack": pack, "updates": updates}
        for (product, pack), updates in sorted(groups.items())
    ]


def make():
    document = kf.read_json(INPUT)
    lifecycle = kf.read_json(LIFECYCLE)["rows"]
    return {
        **kf.head(document["meta"], [INPUT, LIFECYCLE]),
        "data_remark": document["meta"]["data_remark"],
        "sources": list(document["meta"]["sources"].values()),
        "lines": lines_of(document, lifecycle),
        "legacy": legacy_of(document),
    }


if __name__ == "__main__":
    kf.main("windows_builds", make)
