import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createBareRepository } from "./bare-repository.ts";

/** Who may read and write below a path. */
export interface GitAccount {
  /** "" for any, as long as there is one. */
  username: string;
  token: string;
  /** Whether the token may be sent as a bearer, or has to. */
  bearer?: "may" | "must";
  /** Refused with 403 when writing. */
  isReadOnly?: boolean;
  /** The first part of the paths that this account may use; all of them when absent. */
  owner?: string;
}

export interface RecordedRequest {
  method: string;
  path: string;
  authorization: string | undefined;
  status: number;
  /** Sent in answer, headers included. */
  bytes: number;
}

/** Real repositories behind Git's own `http-backend`, on loopback. */
export interface GitServer {
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** Makes a bare repository and gives its path on disk; its address is `url` and `name`. */
  createRepository(name: string, options?: { defaultBranch?: string }): string;
  pathOf(name: string): string;
  /** Breaks the line of every answer that is longer than so many bytes, until called with undefined. */
  cutAfter(bytes: number | undefined): void;
  /** Answers everything that follows with this status, until called with undefined. */
  answerWith(status: number | undefined): void;
  close(): Promise<void>;
}

/** What a host answers beside Git: its API. */
export interface ApiRequest {
  method: string;
  url: URL;
  headers: IncomingMessage["headers"];
  /** Parsed; an empty object when there is none. */
  body: Record<string, unknown>;
  /** What was sent: JSON as parsed, other content as text; undefined when there was none. */
  content: unknown;
}

export interface ApiAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface GitServerOptions {
  /** Asked first about paths that are not Git's, by default those that begin with `/api/`. */
  answerApi?: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;
  isOfApi?: (path: string) => boolean;
  /** Whether it knows no version of Git's protocol but the first, as servers before Git 2.18. */
  isOld?: boolean;
  /** Asked first about every request. @returns whether it answers that one itself */
  answerOther?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Without any, everybody may read and write. */
  accounts?: readonly GitAccount[];
  /** Milliseconds that the way to it and back takes, for each request; by default none. */
  distance?: number;
}

export async function startGitServer({
  accounts = [],
  answerApi,
  isOld = false,
  isOfApi = (path) => path.startsWith("/api/"),
  answerOther,
  distance = 0,
}: GitServerOptions = {}): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), "git-server-"));
  const requests: RecordedRequest[] = [];
  let forced: number | undefined;
  let longest: number | undefined;

  const server = createServer((request, response) => {
    const sent = request.socket.bytesWritten;
    response.on("finish", () =>
      requests.push(record(request, response, { bytes: request.socket.bytesWritten - sent })),
    );
    if (distance === 0) return answerRequest(request, response);
    setTimeout(answerRequest, distance, request, response);
  });
  function answerRequest(request: IncomingMessage, response: ServerResponse): void {
    if (answerOther?.(request, response) === true) return;
    if (answerApi !== undefined && isOfApi(request.url ?? "")) return void serveApi(request, response, answerApi);
    const status = forced ?? refusal(request, accounts);
    if (status === undefined) return serve(request, response, { root, isOld, longest });
    response.writeHead(status, { "www-authenticate": 'Basic realm="Git"', "content-type": "text/plain" });
    response.end();
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;

  return {
    url,
    requests,
    pathOf: (name) => join(root, name),
    createRepository: (name, options) => createBareRepository(join(root, name), options?.defaultBranch ?? "main"),
    cutAfter: (bytes) => void (longest = bytes),
    answerWith: (status) => void (forced = status),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A hook that refuses pushes to one branch, in the words of a host. */
export function protectBranch(
  repository: string,
  branch: string,
  words = "error: GH006: Protected branch update failed for",
): void {
  const hook = join(repository, "hooks", "update");
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\nif [ "$1" = "refs/heads/${branch}" ]; then echo "${words} $1." >&2; exit 1; fi\n`);
  chmodSync(hook, 0o755);
}

function refusal(request: IncomingMessage, accounts: readonly GitAccount[]): number | undefined {
  if (accounts.length === 0) return undefined;
  const [, scheme = "", sent = ""] = /^(Basic|Bearer) (.*)$/.exec(request.headers.authorization ?? "") ?? [];
  const given = Buffer.from(sent, "base64").toString();
  const end = given.indexOf(":");
  const account =
    scheme === "Bearer"
      ? accounts.find(({ token, bearer }) => bearer !== undefined && sent === token)
      : accounts.find(
          ({ username, token, bearer }) =>
            bearer !== "must" && end > 0 && given === `${username || given.slice(0, end)}:${token}`,
        );
  if (account === undefined) return 401;
  const isWrite = request.url?.includes("git-receive-pack") === true;
  if (isWrite && account.isReadOnly === true) return 403;
  const isOwn = account.owner === undefined || request.url?.startsWith(`/${account.owner}/`) === true;
  return isOwn ? undefined : 404;
}

function record(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes }: Pick<RecordedRequest, "bytes">,
): RecordedRequest {
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    authorization: request.headers.authorization,
    status: response.statusCode,
    bytes,
  };
}

/** Started itself, since `git http-backend` would be one more process for each of thousands of requests. */
const httpBackend = join(execFileSync("git", ["--exec-path"]).toString().trim(), "git-http-backend");

/** CGI as git-http-backend expects it: request headers as variables, a status line among the answer's headers. */
function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { root, isOld, longest = Infinity }: { root: string; isOld: boolean; longest: number | undefined },
): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
  const backend = spawn(httpBackend, {
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"],
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
      GIT_PROTOCOL: isOld ? undefined : toText(request.headers["git-protocol"]),
      REMOTE_USER: "somebody",
    },
  });
  request.pipe(backend.stdin);
  backend.stdin.on("error", () => undefined);
  const chunks: Buffer[] = [];
  backend.stdout.on("data", (chunk: Buffer) => void chunks.push(chunk));
  backend.on("close", () => answer(response, Buffer.concat(chunks), longest));
}

function toText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function answer(response: ServerResponse, output: Buffer, longest: number): void {
  const end = output.indexOf("\r\n\r\n");
  const lines = output.subarray(0, Math.max(end, 0)).toString().split("\r\n").filter(Boolean);
  const headers = lines.map(
    (line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()] as const,
  );
  const status = headers.find(([name]) => name.toLowerCase() === "status")?.[1] ?? (end === -1 ? "500" : "200");
  response.writeHead(
    Number.parseInt(status, 10),
    Object.fromEntries(headers.filter(([name]) => name.toLowerCase() !== "status")),
  );
  const content = output.subarray(end + 4);
  if (content.length <= longest) return void response.end(content);
  response.write(content.subarray(0, longest), () => response.destroy());
}

type AnswerApi = (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;

async function serveApi(request: IncomingMessage, response: ServerResponse, answerApi: AnswerApi): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const content = readContent(request, Buffer.concat(chunks).toString());
  const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
  const asked = {
    method: request.method ?? "",
    url,
    headers: request.headers,
    content,
    body: typeof content === "object" ? Object.fromEntries(Object.entries(content ?? {})) : {},
  };
  const { status, headers, body } = await answerApi(asked);
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? "" : isJson(headers) ? JSON.stringify(body) : String(body));
}

function readContent({ headers }: IncomingMessage, text: string): unknown {
  if (text === "") return undefined;
  return /json/.test(headers["content-type"] ?? "") ? JSON.parse(text) : text;
}

function isJson(headers: Record<string, string> = {}): boolean {
  return /json/.test(headers["content-type"] ?? "json");
}
