import * as z from "zod/mini";
import type { GitCredentials } from "../git/git-credentials.ts";
import { createHttpClient } from "../http/http-client.ts";
import { createSendStream, type StreamAnswer, type StreamRequest } from "../http/send-stream.ts";
import { logRequests } from "../http/log-requests.ts";
import type { StepLog } from "../step/define-step.ts";
import { NotAllowedError, UnavailableError, type StepError } from "../step/errors.ts";
import type { LfsObject } from "./pointer.ts";

export interface LfsServerOptions {
  /** The repository's address, without credentials. */
  url: string;
  /** What Git sends to that address. Each goes to addresses that begin with its own alone. */
  listCredentials: () => Promise<readonly GitCredentials[]>;
  signal?: AbortSignal | undefined;
  log: Pick<StepLog, "info" | "verbose">;
}

const action = z.object({ href: z.string(), header: z.optional(z.record(z.string(), z.string())) });
const answered = z.object({
  objects: z.array(
    z.object({
      oid: z.string(),
      actions: z.optional(
        z.object({ download: z.optional(action), upload: z.optional(action), verify: z.optional(action) }),
      ),
      error: z.optional(z.object({ code: z.number(), message: z.optional(z.string()) })),
    }),
  ),
});

export type LfsAction = z.infer<typeof action>;
export type LfsAnswer = z.infer<typeof answered>["objects"][number];

/** The part of a Git host that keeps large files (Git LFS, "docs/api/batch.md"). */
export interface LfsServer {
  readonly url: string;
  /**
   * What there is to do about each of the objects, a hundred at most; nothing for one that is to be uploaded and there already.
   * @throws {@link NotAllowedError} when the host keeps no such files, or not for this user
   */
  ask(operation: "download" | "upload", objects: readonly LfsObject[]): Promise<LfsAnswer[]>;
  /** @throws {@link UnavailableError} when the file cannot be had now */
  download(from: LfsAction, object: LfsObject): Promise<StreamAnswer>;
  upload(to: LfsAction, object: LfsObject, contents: StreamAnswer["body"]): Promise<void>;
  /** Tells the server that a file was sent, where it asked for that. */
  verify(at: LfsAction, object: LfsObject): Promise<void>;
}

const mediaType = "application/vnd.git-lfs+json";

export function openLfsServer({ url: repository, listCredentials, signal, log }: LfsServerOptions): LfsServer {
  const url = `${repository.replace(/\.git$/, "")}.git/info/lfs`;
  const { origin } = new URL(url);
  const peer = `Git LFS at ${origin}`;
  const http = createHttpClient({ peer, signal, ...logRequests(log) });
  const send = createSendStream({ peer, signal, ...logRequests(log) });

  async function authorize(): Promise<Record<string, string>> {
    const known = (await listCredentials()).filter((one) => isBelow(repository, one.url));
    const [nearest] = known.toSorted((a, b) => b.url.length - a.url.length);
    if (nearest === undefined) return {};
    return { authorization: `Basic ${Buffer.from(`${nearest.username}:${nearest.token}`).toString("base64")}` };
  }

  /** What the server gave for a file; ours where it gave nothing and the file is on the host itself. */
  async function headersOf({ href, header = {} }: LfsAction): Promise<Record<string, string>> {
    const isGiven = Object.keys(header).some((name) => name.toLowerCase() === "authorization");
    return isGiven || new URL(href).origin !== origin ? header : { ...(await authorize()), ...header };
  }

  async function post(address: string, { headers, body }: { headers: Record<string, string>; body: object }) {
    const all = { ...headers, accept: mediaType, "content-type": mediaType };
    return http.send({ method: "POST", url: address, headers: all, body: JSON.stringify(body), isRepeatable: true });
  }

  return {
    url,
    async ask(operation, objects) {
      const wanted = objects.map(({ oid, size }) => ({ oid, size }));
      const body = { operation, transfers: ["basic"], objects: wanted, hash_algo: "sha256" };
      const { status, content } = await post(`${url}/objects/batch`, { headers: await authorize(), body });
      const text = Buffer.from(content).toString("utf8");
      if (status !== 200) throw refuse(peer, { status, text });
      const read = answered.safeParse(toJson(text));
      if (read.success) return read.data.objects;
      throw new NotAllowedError(
        `${peer} does not answer as Git LFS does. Check whether the host has Git LFS, and whether it is switched on.`,
      );
    },
    async download(from, { oid }) {
      const answer = await follow(send, { method: "GET", url: from.href, headers: await headersOf(from) });
      if (answer.status === 200) return answer;
      answer.body.destroy();
      throw new UnavailableError(`${peer} answered ${answer.status} for the contents of ${oid}. Run the step again.`);
    },
    async upload(to, { oid, size }, contents) {
      const headers = { "content-type": "application/octet-stream", ...lowered(await headersOf(to)) };
      const stream = { readable: contents, length: size };
      const { status, body } = await send({ method: "PUT", url: to.href, headers, stream });
      body.resume();
      if (status >= 200 && status < 300) return;
      const kind = [403, 413, 507, 509].includes(status) ? NotAllowedError : UnavailableError;
      throw new kind(
        `${peer} answered ${status} to the contents of ${oid}, which has ${size} bytes. Check how much the host takes, and run the step again.`,
      );
    },
    async verify(at, { oid, size }) {
      const { status } = await post(at.href, { headers: lowered(await headersOf(at)), body: { oid, size } });
      if (status !== 200)
        throw new UnavailableError(`${peer} answered ${status} to whether ${oid} arrived. Run the step again.`);
    },
  };
}

function isBelow(address: string, prefix: string): boolean {
  const start = prefix.replace(/\/+$/, "");
  return address === start || address.startsWith(`${start}/`);
}

function lowered(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const message = z.object({ message: z.string() });

function refuse(peer: string, { status, text }: { status: number; text: string }): StepError {
  const told = message.safeParse(toJson(text));
  const said = told.success ? ` ${told.data.message.trim().replace(/[^.!?]$/, "$&.")}` : "";
  const kind = status === 429 || status >= 500 ? UnavailableError : NotAllowedError;
  return new (status === 501 || status === 507 || status === 509 ? NotAllowedError : kind)(
    `${peer} answered ${status}.${said} Switch Git LFS on there, and give the token access to it; or fork the repository on its host in place of a copy, or take these files out of Git LFS.`,
  );
}

/** To wherever the contents are by now. What was for one site goes to no other. */
async function follow(
  send: (request: StreamRequest) => Promise<StreamAnswer>,
  request: StreamRequest,
  left = 5,
): Promise<StreamAnswer> {
  const answer = await send(request);
  const location = answer.headers.get("location");
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === null || left === 0) return answer;
  answer.body.resume();
  const [before, next] = [new URL(request.url), new URL(location, request.url)];
  const isSame = next.origin === before.origin;
  if (before.protocol === "https:" && next.protocol !== "https:")
    throw new NotAllowedError(`Git LFS at ${before.origin} redirects to ${next.origin}, which is not encrypted.`);
  return follow(send, { ...request, url: next.href, headers: isSame ? (request.headers ?? {}) : {} }, left - 1);
}
