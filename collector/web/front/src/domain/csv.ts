/** A cell that a spreadsheet would run as a formula gets an apostrophe in front of it. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as CSV with a byte order mark, so that a Japanese Excel reads it as UTF-8. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => cells.map((cell) => quoted(harmless(cell))).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

/** Lets the browser save a text or a file under that name. */
export function saveAs(name: string, content: string | Blob, type = "text/csv"): void {
  const file = typeof content === "string" ? new Blob([content], { type }) : content;
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it once the click is over; give it a moment in case it has not.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
