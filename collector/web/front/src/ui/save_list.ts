import { post } from "../api/client";
import { csvOf, saveAs } from "../domain/csv";
import type { Words } from "../i18n/ja";
import { explain } from "./explain";
import { sayDone } from "./live";

/**
 * Saves what a page shows as CSV; the first row has the heads. What leaves the house is noted in the
 * record of changes first: without that nothing is saved, and the page says why.
 */
export async function saveList(
  name: string, rows: readonly (readonly string[])[], w: Words,
): Promise<void> {
  try {
    await post("/api/v1/exports", {}, { list: name, rows: rows.length - 1 });
  } catch (error) {
    sayDone(explain(error, w));
    return;
  }
  saveAs(`${name}.csv`, csvOf(rows));
}
