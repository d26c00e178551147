// The collector's browser API. Every failure becomes a Problem with the collector's stable code.

export class Problem extends Error {
  constructor(status, code, request) {
    super(code);
    this.status = status;
    this.code = code;
    this.request = request;
  }
}

let csrf = "";
export function useCsrf(value) {
  csrf = value ?? "";
}

async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method, headers, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, "collector_unreachable");
  }
  if (response.status === 204) return undefined;
  const type = response.headers.get("Content-Type") ?? "";
  const answer = type.includes("json") ? await response.json() : undefined;
  if (!response.ok) throw new Problem(response.status, answer?.code ?? "unexpected", answer?.request);
  return answer;
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body ?? {});
export const remove = (path) => call("DELETE", path);
