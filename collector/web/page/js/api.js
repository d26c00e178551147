// The collector's browser API. Every failure becomes a Problem with the collector's stable code.

export class Problem extends Error {
  /** code: stable, for the dictionary. field: what in a form was wrong. wait: seconds. */
  constructor(status, code, { detail, wait } = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.field = /^([a-z_]+): /.exec(detail ?? "")?.[1];
    this.wait = wait;
  }
}

let csrf = "";

/** Takes over what a sign-in says about itself. */
export function useSession(session) {
  csrf = session?.csrf ?? "";
}

async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, "collector_unreachable");
  }
  if (response.status === 204) return undefined;
  const type = response.headers.get("Content-Type") ?? "";
  const answer = type.includes("json") ? await response.json() : undefined;
  if (response.ok) return answer;
  const wait = Number(response.headers.get("Retry-After") ?? 0);
  throw new Problem(response.status, answer?.code ?? "unexpected", { detail: answer?.detail, wait });
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body ?? {});
export const remove = (path) => call("DELETE", path);

/** "?a=1&b=2" of the members that have a value; "" when none has. */
export function queryOf(members) {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== "");
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length === 0 ? "" : `?${query}`;
}
