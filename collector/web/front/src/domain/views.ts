/** What an address asks for, as a saved view keeps it: each member that says something, by name. */
export function queryOf(query: URLSearchParams): string {
  const kept = new URLSearchParams([...query].filter(([, value]) => value !== ""));
  kept.sort();
  return kept.toString();
}
