// The collector of the stories, which tests/web/pages_test.sh starts again when it has ended.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env["MIMAMORI_COLLECTOR"] ?? "";
const pid = (): number => Number(readFileSync(join(folder, "pid"), "utf8"));

/** It answers nobody until `goOn`. */
export const hang = (): boolean => process.kill(pid(), "SIGSTOP");
export const goOn = (): boolean => process.kill(pid(), "SIGCONT");

/** As when the power fails; it does not come again before `revive`. */
export function kill(): void {
  writeFileSync(join(folder, "hold"), "");
  process.kill(pid(), "SIGKILL");
}

export const revive = (): void => rmSync(join(folder, "hold"), { force: true });
