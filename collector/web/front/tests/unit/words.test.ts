// One dictionary says what the other says, everything said is used, and what the collector names has
// a word.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { en } from "../../src/i18n/en";
import { ja } from "../../src/i18n/ja";

const root = join(import.meta.dirname, "../../../../..");
const text = (path: string): string => readFileSync(join(root, path), "utf8");

type Leaf = string | readonly unknown[] | ((...all: never[]) => string);

function leaves(node: object, path: string[] = []): [string, Leaf][] {
  return Object.entries(node).flatMap(([key, value]): [string, Leaf][] =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? leaves(value, [...path, key]) : [[[...path, key].join("."), value as Leaf]]);
}

const kindOf = (leaf: Leaf): string => {
  if (typeof leaf === "function") return `a function of ${leaf.length}`;
  return Array.isArray(leaf) ? `a list of ${leaf.length}` : "a text";
};

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(i18n\/(ja|en)\/[a-z]+|schema\.d)\.ts$/.test(path))
    .map((path) => readFileSync(path, "utf8"));
}

function enumOf(path: string, name: string): string[] {
  const found = new RegExp(`BOOST_DESCRIBE_ENUM\\(\\s*${name},([^)]*)\\)`).exec(text(path));
  return (found?.[1] ?? "").split(",").map((one) => one.trim()).filter(Boolean);
}

function membersOf(path: string, name: string): string[] {
  const found = new RegExp(`BOOST_DESCRIBE_STRUCT\\(\\s*${name},\\s*\\(\\),\\s*\\(([^)]*)\\)`)
    .exec(text(path));
  return (found?.[1] ?? "").split(",").map((one) => one.trim()).filter(Boolean);
}

/** Words whose key is made while the program runs: all of them are named by the collector. */
const named_by_the_collector = [
  "audit.actions.", "device.rules.", "device.verdicts.", "device.settingOrigins.", "events.", "errors.",
  "fields.", "incidents.", "sections.", "programs.remarks.", "agents.statuses.", "state.", "roles.",
  "findings.happened.", "findings.states.", "findings.actions.", "alerts.kinds.", "alerts.least.",
  "alerts.days.", "policies.fields.", "directory.steps.", "deviceList.import.reasons.",
  "deviceList.stages.", "deviceList.jobs.why.", "agents.twins.facts.", "mail.troubles.",
];

describe("the dictionaries", () => {
  it("say the same things in both languages", () => {
    const shape = (words: object) => leaves(words).map(([name, leaf]) => `${name}: ${kindOf(leaf)}`);
    expect(shape(en)).toEqual(shape(ja));
    expect(leaves(ja).length).toBeGreaterThan(400);
  });

  it("say nothing that no page asks for", () => {
    const all = sources(join(root, "collector/web/front/src")).join("\n");
    const unused = leaves(ja)
      .map(([name]) => name)
      .filter((name) => !named_by_the_collector.some((prefix) => name.startsWith(prefix)))
      .filter((name) => {
        const key = name.split(".").at(-1) ?? "";
        return !new RegExp(`\\b${key}\\b`).test(all);
      });
    expect(unused).toEqual([]);
  });

  it("hold no text twice within one group", () => {
    for (const words of [ja, en])
      for (const group of [words.nav, words.state, words.findings.states, words.findings.actions]) {
        const said = Object.values(group);
        expect(new Set(said).size).toBe(said.length);
      }
  });

  it("have a word for everything that the collector names", () => {
    const texts = JSON.parse(text("collector/findings/texts.json")) as { texts: { key: string }[] };
    const rules = [...new Set(texts.texts.map(({ key }) => key.split(":")[0] ?? ""))];
    const wanted: [object, string[]][] = [
      [ja.device.rules, rules],
      [ja.sections, membersOf("common/wire/sections.hpp", "Facts")],
      [ja.events, enumOf("common/wire/event.hpp", "EventKind")],
      [ja.findings.states, enumOf("collector/findings/record.hpp", "FindingState")],
    ];
    for (const [words, names] of wanted) {
      expect(names.length).toBeGreaterThan(3);
      expect(Object.keys(words).sort()).toEqual([...names].sort());
    }
  });

  it("have a word for every action in the record of changes", () => {
    const files = readdirSync(join(root, "collector"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".cpp"))
      // Names of settings look like actions.
      .filter((entry) => !(entry.parentPath.endsWith("/app") && /^(settings|directory)\./.test(entry.name)))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    const subjects = [...new Set(Object.keys(ja.audit.actions).map((name) => name.split(".")[0]))];
    const quoted = new RegExp(`"((?:${subjects.join("|")})\\.[a-z_]+)"`, "g");
    // What stands in the call itself is an action whatever it begins with.
    const calls = files.flatMap((file) => [...file.matchAll(/record_change\(([^;]*);/g)]);
    const recorded = calls.flatMap(([, call = ""]) => [...call.matchAll(/"([a-z_]+\.[a-z_]+)"/g)]);
    const settings = [...text("collector/notify/alert_settings.cpp").matchAll(/row\.kind == "([a-z]+)"/g)];
    expect(settings.length).toBeGreaterThan(3);
    const said = [...files.flatMap((file) => [...file.matchAll(quoted)]), ...recorded]
      .map((match) => match[1] ?? "")
      .concat(settings.flatMap(([, kind = ""]) =>
        ["create", "change", "remove"].map((verb) => `alert_${kind}.${verb}`)));
    const missing = said.filter((name) => !Object.hasOwn(ja.audit.actions, name));
    expect([...new Set(missing)]).toEqual([]);
    for (const action of Object.keys(ja.findings.actions))
      expect(ja.audit.actions).toHaveProperty([`finding.${action}`]);
  });
});
