import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { pipeline, Readable } from "node:stream";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { AnswerHeaders, HttpRequest } from "./http-request.ts";

/** As much of what `fetch` answers as is used. */
export interface Answer {
  status: number;
  headers: AnswerHeaders;
  /** What follows the headers, as it comes; for whoever does not ask for all of it. */
  body: Readable;
  /** All that follows the headers, unzipped. */
  content(): Promise<Uint8Array<ArrayBuffer>>;
}

/** What is sent as it comes from elsewhere. */
export interface BodyStream {
  readable: Readable;
  /** In bytes. */
  length: number;
}

/** `idleTime`: milliseconds in which something has to move, where how much is to come says nothing about the time. */
export type SignaledRequest = HttpRequest & { signal: AbortSignal; stream?: BodyStream | undefined; idleTime?: number };

export interface Encoded extends Omit<RequestOptions, "signal"> {
  url: URL;
  content: Uint8Array | Readable;
  headers: Record<string, string>;
}

/** The headers and the bytes that `fetch` would send. */
export async function encode({ method, stream, ...request }: SignaledRequest): Promise<Encoded> {
  const url = new URL(request.url);
  const { content, headers } = await encodeBody(request);
  const size = stream?.length ?? (request.body === undefined ? undefined : content.length);
  const length: Record<string, string> = size === undefined ? {} : { "content-length": String(size) };
  return {
    url,
    method,
    content: stream?.readable ?? content,
    headers: { accept: "*/*", "accept-encoding": "gzip", "user-agent": "node", ...headers, ...length, host: url.host },
  };
}

interface Body extends Pick<Encoded, "headers"> {
  content: Uint8Array;
}

async function encodeBody({
  url,
  headers = {},
  body = "",
}: Pick<HttpRequest, "url" | "headers" | "body">): Promise<Body> {
  if (typeof body !== "string") return encodeForm(new Request(url, { method: "POST", headers, body }));
  const type: Record<string, string> = body === "" ? {} : { "content-type": "text/plain;charset=UTF-8" };
  const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { content: Buffer.from(body), headers: { ...type, ...Object.fromEntries(lowered) } };
}

async function encodeForm(form: Request): Promise<Body> {
  return { content: new Uint8Array(await form.arrayBuffer()), headers: Object.fromEntries(form.headers) };
}

/** Sends the request. @returns its answer as soon as that begins */
export function receive(
  request: ClientRequest,
  { content, signal, idleTime }: { content: Uint8Array | Readable; signal: AbortSignal; idleTime?: number | undefined },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    // As Node.js does it with the option `signal`, less a millisecond of its start.
    const abort = (): void => void request.destroy(new Error("The request was aborted.", { cause: signal.reason }));
    signal.addEventListener("abort", abort, { once: true });
    // A signal that is one of several lasts as long as these while somebody listens to it, and so would all that was answered.
    request.on("close", () => signal.removeEventListener("abort", abort));
    if (signal.aborted) abort();
    request.on("socket", (socket) => limitConnecting(request, socket));
    request.on("response", (response) => resolve(toAnswer(response)));
    const stuck = Object.assign(new Error("Nothing moves."), { code: "ETIMEDOUT" });
    if (idleTime !== undefined) request.setTimeout(idleTime, () => request.destroy(stuck));
    if (content instanceof Readable) pipeline(content, request, () => undefined);
    else request.end(content.length === 0 ? undefined : content);
  });
}

/** Milliseconds: a firewall that drops what it does not let through gives no answer at all. */
const connectTime = 10_000;

function limitConnecting(request: ClientRequest, socket: Socket): void {
  if (!socket.connecting) return;
  const late = Object.assign(new Error("No connection was made."), { code: "ETIMEDOUT" });
  const timer = setTimeout(() => request.destroy(late), connectTime);
  for (const end of ["connect", "close"]) socket.once(end, () => clearTimeout(timer));
}

function toAnswer(response: IncomingMessage): Answer {
  const { headersDistinct, statusCode = 0 } = response;
  const headers = { get: (name: string) => headersDistinct[name]?.join(", ") ?? null };
  const isZipped = headers.get("content-encoding") === "gzip";
  return {
    status: statusCode,
    headers,
    body: response,
    content: () => (isZipped ? unzip(response) : readAll(response)),
  };
}

async function unzip(response: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  return promisify(gunzip)(await readAll(response));
}

/** Like `buffer` of node:stream/consumers, which makes a Blob on the way. */
function readAll(response: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer<ArrayBuffer>[] = [];
  return new Promise((resolve, reject) => {
    response.on("data", (chunk: Buffer<ArrayBuffer>) => chunks.push(chunk));
    response.on("end", () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    response.on("error", reject);
  });
}
