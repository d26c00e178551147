// A device of one's own for a story: let in as any other, and says what the story wants it to say.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent as Connections, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { APIRequestContext } from "@playwright/test";

/** A key of its own, and the request for its certificate. */
function makeKey(name: string): { key: string; csr_pem: string } {
  const folder = mkdtempSync(join(tmpdir(), "mimamori-"));
  try {
    const file = join(folder, "key.pem");
    const csr_pem = execFileSync("openssl", [
      "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file,
      "-subj", `/CN=${name}`,
    ], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return { key: readFileSync(file, "utf8"), csr_pem };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** 26 letters of those that the collector's names of things are made of. */
const someId = (): string =>
  [...randomBytes(26)].map((byte) => "0123456789abcdefghjkmnpqrstvwxyz"[byte % 32] ?? "").join("");

interface Answer {
  status: number;
  text: string;
}

function send(address: string, connections: Connections, body: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sending = request(address, {
      method: "POST", agent: connections, headers: { "Content-Type": "application/json" },
    }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sending.on("error", reject).end(JSON.stringify(body));
  });
}

/** A device that is watched. Its device number is found by its name. */
export class SomeDevice {
  readonly name: string;
  private readonly connections: Connections;
  private readonly agent_id: string;
  private readonly stream = someId();
  private reports = 0;
  private events = 0;

  private constructor(name: string, agent_id: string, connections: Connections) {
    this.name = name;
    this.agent_id = agent_id;
    this.connections = connections;
  }

  /** Lets a new device in. */
  static async enrol(api: APIRequestContext, name: string): Promise<SomeDevice> {
    const { csrf } = await (await api.get("/api/v1/session")).json();
    const made = await api.post("/api/v1/enrolment-keys", {
      data: { note: name, uses: 1, days: 1, range: "", auto_approve: true },
      headers: { "X-CSRF-Token": csrf },
    });
    const { key: enrolment_key } = await made.json();
    const { key, csr_pem } = makeKey(name);
    const address = `${process.env["MIMAMORI_AGENTS"]}/agent/v1/enroll`;
    const { status, text } = await send(address, new Connections({ rejectUnauthorized: false }), {
      csr_pem, enrolment_key, ticket: "", agent_version: "0.1.0",
      machine: { hostname: name, serial: name, os: "Windows 11 24H2", vendor: "Contec", model: "BX-220" },
    });
    if (status !== 200) throw new Error(`enrol: ${status} ${text}`);
    const { agent_id, certificate_pem, chain_pem } = JSON.parse(text) as Record<string, string>;
    return new SomeDevice(name, agent_id ?? "", new Connections({
      rejectUnauthorized: false, key, cert: `${certificate_pem}${chain_pem}`, keepAlive: true,
    }));
  }

  /** Somebody plugs in a medium that nobody has registered. */
  async plugIn(serial: string): Promise<void> {
    const now = new Date().toISOString();
    const usb = {
      vendor_id: "0781", product_id: "5567", vendor: "SanDisk", product: "Cruzer Blade", serial,
      serial_made_up: false, device_class: "storage", driver: "usbstor", volume_labels: [], port: "1-2",
    };
    const { status, text } = await send(`${process.env["MIMAMORI_AGENTS"]}/agent/v1/report`, this.connections, {
      agent_id: this.agent_id, agent_version: "0.1.0", boot_id: "b1", stream: this.stream,
      seq: ++this.reports, sent_at: now, sections: [], lost: [],
      events: [{ number: ++this.events, at: now, kind: "usb_attached", text: "", usb }],
    });
    if (status !== 200) throw new Error(`report: ${status} ${text}`);
  }

  close(): void {
    this.connections.destroy();
  }
}
