import { learnClock } from "./clock";
import type { components, paths } from "./schema";

export type LedgerChange = components["schemas"]["LedgerChangeView"];

type Refusal = Pick<Problem, "changes" | "number" | "roles" | "whole_site">;

/** A failure of a request, with the collector's stable code. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;
  /** Which field of a form was wrong. */
  readonly field: string | undefined;
  /** Seconds to wait before the next try. */
  readonly wait_s: number;
  /** What others have changed meanwhile. */
  readonly changes: LedgerChange[];
  /** Under which number the collector's log tells more; empty where it has no line of it. */
  readonly number: string;
  /** Which roles may, where mine may not. */
  readonly roles: string[];
  /** Only people of the whole hospital may. */
  readonly whole_site: boolean;

  constructor(
    status: number, code: string, detail?: string, wait_s = 0, more: Partial<Refusal> = {},
  ) {
    super(code);
    this.changes = more.changes ?? [];
    this.number = more.number ?? "";
    this.roles = more.roles ?? [];
    this.whole_site = more.whole_site ?? false;
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.field = /^([a-z_]+): /.exec(detail ?? "")?.[1];
    this.wait_s = wait_s;
  }
}

type Method = "get" | "post" | "delete";

/** The paths that know a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

type Operation<P extends keyof paths, M extends Method> =
  paths[P] extends Record<M, infer O> ? O : never;

type OrNothing<T, Nothing> = [T] extends [never] ? Nothing : T;
type Json<R> = R extends { content: { "application/json": infer A } } ? A : never;

type AnswerOf<O> = O extends { responses: infer R }
  ? OrNothing<Json<R[keyof R & (200 | 201)]>, undefined>
  : never;

/** What a GET answers. */
export type Answer<P extends PathOf<"get">> = AnswerOf<Operation<P, "get">>;

type ArgsOf<O> = O extends { parameters: infer P }
  ? OrNothing<P extends { query?: infer Q } ? Partial<Exclude<Q, undefined>> : never, object>
    & OrNothing<P extends { path: infer T } ? T : never, object>
  : object;

type BodyOf<O> = O extends { requestBody?: { content: { "application/json": infer B } } }
  ? Partial<B>
  : undefined;

/** What stands in a path and behind it. */
export type Args<P extends keyof paths, M extends Method> = ArgsOf<Operation<P, M>>;

let csrf = "";
let signed_out: () => void = () => undefined;

/** What to do when an answer says that nobody is signed in any more. */
export function onSignedOut(act: () => void): void {
  signed_out = act;
}

/** Takes over what a session says: each change must carry it. */
export function takeCsrf(token: string): void {
  csrf = token;
}

/** The address of a path with its arguments: those that the path does not name go behind "?". */
export function addressOf(path: string, args: object = {}): string {
  const query = new URLSearchParams();
  let address = path;
  for (const [name, value] of Object.entries(args)) {
    if (value === undefined || value === "") continue;
    const place = `{${name}}`;
    if (address.includes(place)) address = address.replace(place, encodeURIComponent(String(value)));
    else query.set(name, String(value));
  }
  const behind = query.toString();
  return behind === "" ? address : `${address}?${behind}`;
}

interface Sent {
  body?: unknown;
  /** A file, sent as it is. */
  file?: Blob | undefined;
  headers?: Record<string, string> | undefined;
  signal?: AbortSignal | undefined;
}

async function call(method: Method, address: string, sent: Sent = {}): Promise<unknown> {
  const headers: Record<string, string> = { Accept: "application/json", ...sent.headers };
  if (method !== "get") headers["X-CSRF-Token"] = csrf;
  if (sent.body !== undefined) headers["Content-Type"] = "application/json";
  const init: RequestInit = { method: method.toUpperCase(), headers, credentials: "same-origin" };
  if (sent.body !== undefined) init.body = JSON.stringify(sent.body);
  if (sent.file) init.body = sent.file;
  if (sent.signal) init.signal = sent.signal;
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(address, init);
    learnClock(response.headers.get("Date"));
    const type = response.headers.get("Content-Type") ?? "";
    if (response.ok && response.headers.has("Content-Disposition")) return await response.blob();
    answer = type.includes("json") ? await response.json() : await response.text();
  } catch {
    // Also a collector that stops in the middle of its answer.
    throw new Problem(0, "collector_unreachable");
  }
  if (response.ok) return answer;
  const said = (typeof answer === "object" ? answer : {}) as {
    code?: string; detail?: string;
  } & Partial<Refusal>;
  if (response.status === 401 && !address.startsWith("/api/v1/session")) signed_out();
  const wait_s = Number(response.headers.get("Retry-After") ?? 0);
  throw new Problem(
    response.status, said.code ?? "unexpected", said.detail, wait_s,
    { ...said, number: response.headers.get("X-Request-Id") ?? "" });
}

export async function get<P extends PathOf<"get">>(
  path: P,
  args?: Args<P, "get">,
  signal?: AbortSignal,
): Promise<Answer<P>> {
  return (await call("get", addressOf(path, args), { signal })) as Answer<P>;
}

/** The lists that come page by page. */
export type PathOfPages = {
  [P in PathOf<"get">]: Answer<P> extends { items: unknown[]; next: string | null } ? P : never;
}[PathOf<"get">];

/** The rows of a list. */
export type RowsOf<P extends PathOf<"get">> = Answer<P> extends { items: infer I } ? I : never;

const page_rows = 1000;

/** What a list answers; `total` where it is counted. */
export interface Paged {
  items: readonly unknown[];
  next: string | null;
  total?: number | null;
}

/** The first rows of a list, page after page, as if they were one page; `next` is that of the last. */
export async function getFirst<P extends PathOfPages>(
  path: P,
  args: Args<P, "get">,
  most: number,
  signal?: AbortSignal,
): Promise<Answer<P>> {
  const rows: unknown[] = [];
  let after = "";
  for (;;) {
    const limit = Math.min(page_rows, most - rows.length);
    const address = addressOf(path, { ...args, limit, after });
    const page = (await call("get", address, { signal })) as Paged;
    rows.push(...page.items);
    after = page.next ?? "";
    if (after === "" || rows.length >= most) return { ...page, items: rows } as unknown as Answer<P>;
  }
}

/** All rows of a list. */
export const getAll = async <P extends PathOfPages>(
  path: P, args: Args<P, "get">, signal?: AbortSignal,
): Promise<RowsOf<P>> => {
  const { items } = (await getFirst(path, args, Infinity, signal)) as unknown as Paged;
  return items as RowsOf<P>;
};

/** A file that the collector makes. */
export async function download(path: PathOf<"get">, args: object): Promise<Blob> {
  return (await call("get", addressOf(path, args))) as Blob;
}

/** A file that the collector makes of what is sent. */
export async function postForFile<P extends PathOf<"post">>(
  path: P, body: BodyOf<Operation<P, "post">>,
): Promise<Blob> {
  return (await call("post", path, { body })) as Blob;
}

/** Sends a file as the body. */
export async function upload<P extends PathOf<"post">>(
  path: P,
  args: Args<P, "post">,
  file: Blob,
): Promise<AnswerOf<Operation<P, "post">>> {
  return (await call("post", addressOf(path, args), { file })) as AnswerOf<Operation<P, "post">>;
}

export async function post<P extends PathOf<"post">>(
  path: P,
  args: Args<P, "post">,
  body?: BodyOf<Operation<P, "post">>,
  headers?: Record<string, string>,
): Promise<AnswerOf<Operation<P, "post">>> {
  return (await call("post", addressOf(path, args), { body: body ?? {}, headers })) as AnswerOf<Operation<P, "post">>;
}

export async function remove<P extends PathOf<"delete">>(
  path: P,
  args: Args<P, "delete">,
): Promise<void> {
  await call("delete", addressOf(path, args));
}
