// Who is let in stays: so these stories come after those that count devices.
import { ja } from "../../src/i18n/ja";
import { askToEnrol } from "./seed";
import { expect, open } from "./support";
import { button, row, story } from "./told";

story("a machine that asks is let in, or turned away", async (page, hands) => {
  const name = `NEW-${hands.name.toUpperCase()}`;
  const code = await askToEnrol(page.request, name);
  await open(page, "/agents");
  const waiting = row(page, name).filter({ hasText: "127.0.0.1" });
  await expect(waiting).toContainText(code);
  await hands.press(button(waiting, hands.name === "mouse" ? ja.agents.approve : ja.agents.reject));
  await expect(waiting.filter({ hasText: code })).toHaveCount(0);
});
