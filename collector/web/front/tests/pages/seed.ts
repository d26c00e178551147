// Makes the site look like a hospital: departments, a viewer, somebody who is signed in.
import { execFileSync } from "node:child_process";

import { request } from "@playwright/test";
import type { APIRequestContext } from "@playwright/test";

/** The simulated hospital's departments by the part of a device's name that tells them. */
export const departments: Record<string, string> = {
  "3E": "3階東病棟", OPD: "外来", MED: "医事課", "4W": "4階西病棟", RAD: "放射線部", LAB: "検査部",
  "5E": "5階東病棟", PHA: "薬剤部", OR: "手術部", ADM: "事務部", ICU: "集中治療室",
  ENDO: "内視鏡センター", DIA: "透析室", REH: "リハビリテーション部", SRV: "サーバ室",
};
export const viewer = { name: "shimizu", password: "Ki no shita ni 7 nin" };
export const admin = { name: "admin", password: process.env["MIMAMORI_PASSWORD"] ?? "" };
export const session_file = "../../../build/web-session.json";

const devices_wanted = Number(process.env["MIMAMORI_DEVICES"] ?? 408);

async function ask(api: APIRequestContext, path: string, body: object, csrf: string) {
  const reply = await api.post(path, { data: body, headers: { "X-CSRF-Token": csrf } });
  if (!reply.ok()) throw new Error(`${path}: ${reply.status()} ${await reply.text()}`);
  return reply.status() === 204 ? undefined : reply.json();
}

/** All devices have reported and were judged. */
async function waitForDevices(api: APIRequestContext): Promise<{ id: string; name: string }[]> {
  const end = Date.now() + 120_000;
  for (;;) {
    const page = await (await api.get("/api/v1/devices?limit=1000")).json();
    const judged = page.items.filter((item: { state: string }) => item.state !== "unknown");
    if (page.total >= devices_wanted && judged.length > page.items.length / 2) return page.items;
    if (Date.now() > end) throw new Error(`only ${judged.length} of ${page.total} are judged`);
    await new Promise((go) => setTimeout(go, 500));
  }
}

/** What nobody waits for in a test. */
export function change(sql: string): void {
  execFileSync(
    "sqlite3", ["-bail", "-cmd", ".timeout 10000", process.env["MIMAMORI_DATABASE"] ?? ""], { input: sql });
}

const kinds: Record<string, string> = { DIA: "透析通信用PC", RAD: "画像PC", ICU: "生体情報PC", SRV: "サーバ" };
const owners = ["森", "佐藤", "田中", "鈴木", ""];
const suppliers = ["甲医療", "乙検査", "丙画像", ""];

/** What a hospital knows of its devices, as the file that it had before. */
function ledgerOf(items: { name: string }[]): string {
  const rows = items.map(({ name }, i) => {
    const part = name.split("-").at(-2) ?? "";
    const place = `${(i % 5) + 1}F ${departments[part] ?? "事務"}`;
    const year = 2015 + (i % 10);
    return [
      name, kinds[part] ?? "業務用PC", place, owners[i % owners.length],
      suppliers[i % suppliers.length], i % 3 ? `${year + 7}-03-31` : "", year, year + 7,
      `A-${1000 + i}`, part in kinds ? `ME-${i}` : "",
    ].join(",");
  });
  return ["端末名,種別,場所,責任者,業者,保守の期限,導入年度,更新予定年度,固定資産番号,ME番号", ...rows].join("\n");
}

async function importLedger(api: APIRequestContext, file: string, csrf: string): Promise<void> {
  const send = async (expect: string): Promise<{ plan: { expect: string }; job: number }> => {
    const reply = await api.post(`/api/v1/ledger/imports?expect=${expect}&file=seed.csv`, {
      data: file, headers: { "X-CSRF-Token": csrf, "Content-Type": "text/csv" },
    });
    if (!reply.ok()) throw new Error(`import: ${reply.status()} ${await reply.text()}`);
    return reply.json();
  };
  const { job } = await send((await send("")).plan.expect);
  const end = Date.now() + 120_000;
  for (;;) {
    const { items } = await (await api.get("/api/v1/ledger/jobs")).json();
    const { state, detail } = items.find(({ id }: { id: number }) => id === job);
    if (state === "done") break;
    if (state === "failed" || Date.now() > end) throw new Error(`import: ${state} ${detail}`);
    await new Promise((go) => setTimeout(go, 100));
  }
  // It was long ago: nobody is offered to undo it.
  change("UPDATE ledger_job SET ended_at_ms = ended_at_ms - 86400000");
}

interface SiteLine {
  id: string;
  total: number;
  good: number;
  warning: number;
  action: number;
}

/** A quarter of a year of scores, which nobody waits for: what the collector would have kept. */
async function addHistory(api: APIRequestContext): Promise<void> {
  const { sites } = (await (await api.get("/api/v1/overview")).json()) as { sites: SiteLine[] };
  const rows: string[] = [];
  for (let days = 7; days <= 91; days += 7) {
    const day = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    for (const [i, { id, total, good, warning, action }] of sites.entries()) {
      // It got better, in most weeks and most departments.
      const worse = Math.min(good, Math.max(0, Math.round(days / 10) + ((i * 7 + days / 7) % 5) - 1));
      const values = [total, good - worse, warning, action + worse, 0, total - good - warning - action, 0];
      rows.push(`('${day}', '${id}', ${values.join(", ")})`);
    }
  }
  change(`INSERT OR IGNORE INTO score_day VALUES ${rows.join(", ")}`);
}

/** Most of what is open was not found this minute, and some was mended since: so it is in a hospital. */
function backdateFindings(): void {
  const day_ms = 86_400_000;
  change(`
    UPDATE finding SET
      opened_at_ms = opened_at_ms - (1 + no * 37 % 75) * ${day_ms},
      first_seen_ms = first_seen_ms - (1 + no * 37 % 75) * ${day_ms}
    WHERE state = 'open' AND no % 8 > 0 AND happened_at_ms IS NULL;`);
  const mended = (rule: string, devices: number): string => `
    INSERT INTO finding (id, device_no, rule, subject, severity, state, evidence, first_seen_ms,
                         opened_at_ms, last_seen_ms, resolved_at_ms, resolved_by)
      SELECT lower(hex(randomblob(13))), s.device_no, f.rule, f.subject, f.severity, 'resolved',
             f.evidence, ${Date.now() - 70 * day_ms}, ${Date.now() - 70 * day_ms},
             ${Date.now() - 3 * day_ms}, ${Date.now() - 3 * day_ms}, 'facts'
      FROM device_summary s
      JOIN (SELECT * FROM finding WHERE rule = '${rule}' ORDER BY no LIMIT 1) f
      WHERE s.class = 'agent' AND NOT EXISTS (
        SELECT 1 FROM finding o WHERE o.device_no = s.device_no AND o.rule = '${rule}')
      ORDER BY s.device_no * 7919 % 409 LIMIT ${devices};`;
  change(mended("av_stale", 61) + mended("patch_behind", 48) + mended("firewall_off", 17));
}

/** A power cut of last week in one department, as the collector would have kept it. */
function addPowerCut(): void {
  const ended = Date.now() - 7 * 86_400_000;
  const began = ended - 3_600_000;
  const sql = (id: string, site: string, from: number, to: number): string => `
    INSERT OR IGNORE INTO site_event (id, site_id, whole, began_at_ms, opened_at_ms, closed_at_ms, closed_by)
      SELECT '${id}', id, 0, ${from}, ${from + 300_000}, ${to}, 'facts' FROM site WHERE name = '${site}';
    INSERT OR IGNORE INTO site_event_member
      SELECT e.no, d.device_no, ${from}, ${to} FROM site_event e
      JOIN device_summary d ON d.site_id = e.site_id WHERE e.id = '${id}' AND d.class = 'agent';`;
  change(sql("cut-1", departments["OPD"] ?? "", began - 30 * 86_400_000, ended - 30 * 86_400_000)
    + sql("cut-2", departments["OR"] ?? "", began, ended));
}

/** A machine asks to be let in, with a key that needs somebody's approval; tells its code. */
export async function askToEnrol(
  api: APIRequestContext, hostname: string, serial = hostname,
): Promise<string> {
  const { csrf } = await (await api.get("/api/v1/session")).json();
  const { key } = await ask(api, "/api/v1/enrolment-keys",
    { note: hostname, uses: 1, days: 1, range: "", auto_approve: false }, csrf);
  const csr_pem = execFileSync("openssl", [
    "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
    "/dev/null", "-subj", "/CN=new",
  ], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const reply = await api.post(`${process.env["MIMAMORI_AGENTS"]}/agent/v1/enroll`, {
    data: {
      csr_pem, enrolment_key: key, ticket: "", agent_version: "0.1.0",
      machine: { hostname, serial, os: "Windows 11 24H2", vendor: "Contec", model: "BX-220" },
    },
  });
  if (reply.status() !== 202) throw new Error(`enrol: ${reply.status()} ${await reply.text()}`);
  return (await reply.json()).code;
}

/** Two records of one machine: its agent was installed anew and let in as a new device. */
export async function enrolTwice(api: APIRequestContext, name: string): Promise<void> {
  const { csrf } = await (await api.get("/api/v1/session")).json();
  for (const hostname of [`${name}-OLD`, `${name}-NEW`]) {
    const code = await askToEnrol(api, hostname, `SN-${name}-77`);
    const { items } = await (await api.get("/api/v1/enrolment-queue")).json();
    const { id } = items.find((entry: { code: string }) => entry.code === code);
    await ask(api, `/api/v1/enrolment-queue/${id}/approve`, {}, csrf);
  }
}

export default async function seed(): Promise<void> {
  const api = await request.newContext({
    baseURL: process.env["MIMAMORI_PAGES"], ignoreHTTPSErrors: true,
  });
  const { csrf } = await ask(api, "/api/v1/session", admin, "");
  const items = await waitForDevices(api);
  await api.storageState({ path: session_file });
  // A site that was kept from a run before has them.
  const known = (await (await api.get("/api/v1/sites")).json()).items;
  if (known.length > 1) return;
  const sites = new Map<string, string>();
  for (const [part, name] of Object.entries(departments))
    sites.set(part, (await ask(api, "/api/v1/sites", { name }, csrf)).id);
  for (const { id, name } of items) {
    const site = sites.get(name.split("-").at(-2) ?? "");
    if (site) await ask(api, `/api/v1/devices/${id}/site`, { site }, csrf);
  }
  await importLedger(api, ledgerOf(items), csrf);
  await addHistory(api);
  backdateFindings();
  addPowerCut();
  await ask(api, "/api/v1/people", { ...viewer, role: "viewer", sites: [] }, csrf);
  await api.dispose();
}
