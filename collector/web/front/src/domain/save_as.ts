/** Lets the browser save a file under that name. */
export function saveAs(name: string, file: Blob): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it once the click is over; give it a moment in case it has not.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** What no file system takes becomes a line. */
export const forFileName = (text: string): string => text.replace(/[\\/:*?"<>|\s\p{C}]+/gu, "_");
