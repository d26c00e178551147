// What a hospital that has just got a collector sets on the pages: its name, and its mail server.
import { readdirSync, readFileSync } from "node:fs";

import { expect, open, violationsOn } from "./support";
import { button, dialog, sent, setupStep, story, unfold } from "./told";

const folder = process.env["MIMAMORI_SMTP_MAILS"] ?? "";

const mails = (): string[] =>
  readdirSync(folder).filter((name) => name.endsWith(".eml"))
    .map((name) => readFileSync(`${folder}/${name}`, "utf8"));

story("the hospital gets a name and a mail server, and a mail arrives", async (page, hands, w, allow) => {
  const { steps, ...words } = w.setup;
  const m = w.mail;
  const to = `jimu-${hands.kind}@byoin.example`;
  const named = async (name: string): Promise<void> => {
    await unfold(page, hands, steps.hospital[0]);
    await hands.write(setupStep(page, steps.hospital[0]).getByRole("textbox"), name);
    await hands.press(button(setupStep(page, steps.hospital[0]), words.saveHospital));
    await expect(page.locator("header")).toContainText(name);
  };
  await open(page, "/settings/setup");
  await named(`すみれ病院 ${hands.kind}`);

  await unfold(page, hands, steps.mail[0]);
  const mail = setupStep(page, steps.mail[0]);
  await hands.press(button(mail, m.set));
  const field = (label: string) => dialog(page).getByLabel(label, { exact: true });
  await hands.write(field(m.host), "127.0.0.1");
  await hands.write(field(m.port), process.env["MIMAMORI_SMTP_PORT"] ?? "");
  await hands.write(field(m.from), "mimamori@byoin.example");
  await hands.write(field(m.to), to);
  await hands.write(field(m.user), "mimamori");
  await hands.write(field(m.password), "not the password");
  await hands.press(dialog(page).locator("summary"));
  await expect(field(m.caFile)).toBeVisible();
  const buffer = readFileSync(process.env["MIMAMORI_SMTP_CA"] ?? "");
  if (hands.kind === "mouse")
    await hands.file(field(m.caFile), { name: "ca.pem", mimeType: "application/x-pem-file", buffer });
  else
    await hands.write(field(m.caText), buffer.toString());
  await expect(field(m.caText)).toHaveValue(/BEGIN CERTIFICATE[^]*END CERTIFICATE/);
  expect(await violationsOn(page)).toEqual([]);
  await sent(page, hands);
  await hands.press(button(mail, m.test));
  await expect(mail).toContainText(m.troubles.sign_in);

  // Another port may be another server: it gets no password that was not meant for it.
  allow(/400/);
  await hands.press(button(mail, m.change));
  await hands.write(field(m.port), "1");
  await hands.press(dialog(page).locator("button.main"));
  await expect(dialog(page).getByRole("alert")).toHaveText(m.wrong.secret);
  await hands.write(field(m.password), "open sesame");
  await sent(page, hands);
  await hands.press(button(mail, m.test));
  await expect(mail).toContainText(m.troubles.connection);
  await hands.press(button(mail, m.change));
  await hands.write(field(m.port), process.env["MIMAMORI_SMTP_PORT"] ?? "");
  await hands.write(field(m.password), "open sesame");
  await sent(page, hands);
  await hands.press(button(mail, m.test));
  await expect(mail).toContainText(m.sent(to));
  await expect.poll(() => mails().filter((text) => text.includes(to)).length).toBe(1);
  await expect(mail.getByRole("img", { name: words.done, exact: true })).toBeVisible();
  expect(await violationsOn(page)).toEqual([]);

  // The page of alerts has the same.
  await open(page, "/alerts");
  await expect(page.locator("main")).toContainText(m.addresses("mimamori@byoin.example", to));
  await hands.press(button(page, m.remove));
  await sent(page, hands);
  await expect(page.locator("main")).toContainText(m.none);
  await open(page, "/settings/setup");
  await named("みどり病院");
});
