#!/usr/bin/env python3
"""Remote tools: conf/knowledge/source/remote_tools.json -> conf/knowledge/remote_tools.json.

A file name that many programs use, or that belongs to several tools, needs a second sign (signer,
folder, service) before it means anything; both marks stay in the output.
"""

import knowledge_file as kf

INPUT = kf.SOURCE / "remote_tools.json"


def process_of(process, place):
    kf.check(process["confidence"] in ("read", "unverified"), place, "confidence is unknown")
    return kf.without_nothing({
        "file": process["file"],
        "generic": bool(process.get("generic_name")),
        "also_used_by": process.get("also_used_by"),
        "unverified": process["confidence"] == "unverified",
    })


def tool_of(tool):
    place = tool["id"]
    return kf.without_nothing({
        "id": place,
        "name": tool["name"],
        "kind": tool["kind"],
        "platforms": tool.get("platforms"),
        "common_in_japan": bool(tool.get("common_in_japan")),
        "processes": [process_of(process, place) for process in tool.get("processes", [])],
        "services": [
            kf.without_nothing({
                "name": service["name"],
                "unverified": service["confidence"] == "unverified",
            })
            for service in tool.get("services", [])
        ],
        "ports": [
            kf.without_nothing({
                "port": port["port"],
                "unverified": port["confidence"] == "unverified",
            })
            for port in tool.get("ports", [])
        ],
        "source": tool["source"],
    })


def make():
    document = kf.read_json(INPUT)
    ids = [tool["id"] for tool in document["tools"]]
    for name in ids:
        kf.check(ids.count(name) == 1, name, "id stands twice")
    return {
        **kf.head(document["meta"], [INPUT]),
        "licence": document["meta"]["licence"],
        "tools": [tool_of(tool) for tool in document["tools"]],
    }


if __name__ == "__main__":
    kf.main("remote_tools", make)
