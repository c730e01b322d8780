import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { GitAccount } from "../git-server/git-server.ts";

export interface LfsRequest {
  method: string;
  path: string;
  authorization: string | undefined;
  ticket: string | undefined;
}

/**
 * Git LFS as a host keeps it (its documentation, "docs/api/batch.md" and "basic-transfers.md"): what there is to do is asked beside the
 * repositories, and contents are at another address, which takes tickets and no credentials.
 */
export interface LfsServer {
  /** For `answerOther` of the Git server. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  /** Contents by their id, of a repository such as `acme/web`. */
  filesOf(repository: string): Map<string, Buffer>;
  readonly batches: LfsRequest[];
  /** Reached the place that has the contents. */
  readonly transfers: LfsRequest[];
  /** Of the uploads that come, lets so many through and breaks the line of those that follow. */
  breakAfter(uploads: number): void;
  /** Answers downloads with other contents than were asked for. */
  spoil(isSpoiling: boolean): void;
  /** Answers downloads by a redirect to another place. */
  redirectTo(address: string | undefined): void;
  close(): Promise<void>;
}

export interface LfsServerOptions {
  accounts?: readonly GitAccount[];
  /** Repositories that keep no such files. */
  without?: readonly string[];
}

export async function startLfsServer({ accounts = [], without = [] }: LfsServerOptions = {}): Promise<LfsServer> {
  const stores = new Map<string, Map<string, Buffer>>();
  const [batches, transfers]: [LfsRequest[], LfsRequest[]] = [[], []];
  const state: { left: number; isSpoiling: boolean; target?: string | undefined } = {
    left: Infinity,
    isSpoiling: false,
  };
  const filesOf = (repository: string): Map<string, Buffer> => {
    const files = stores.get(repository) ?? new Map<string, Buffer>();
    stores.set(repository, files);
    return files;
  };

  const storage = createServer((request, response) => void store(request, response));
  await new Promise<void>((resolve) => storage.listen(0, "127.0.0.1", resolve));
  const address = storage.address();
  // Another name of the same machine: another site, as far as credentials go.
  const place = `http://localhost:${typeof address === "object" && address !== null ? address.port : 0}`;

  async function store(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const noted = note(request);
    const [, owner, name, oid = "", does] = /^\/([^/]+)\/([^/]+)\/(\w+)(\/verify)?$/.exec(noted.path) ?? [];
    const files = filesOf(`${owner}/${name}`);
    if (noted.ticket !== `ticket for ${oid}`) return end(response, 403);
    if (request.method === "GET") {
      transfers.push(noted);
      if (state.target !== undefined) return end(response, 302, { location: `${state.target}${noted.path}` });
      const contents = files.get(oid);
      if (contents === undefined) return end(response, 404);
      const sent = Buffer.from(contents);
      if (state.isSpoiling) sent[0] = (sent[0] ?? 0) ^ 1;
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": sent.length });
      return void response.end(sent);
    }
    if (does === "/verify") return end(response, files.has(oid) ? 200 : 404);
    if (state.left <= 0) return void request.socket.destroy();
    state.left -= 1;
    transfers.push(noted);
    const contents = await readAll(request);
    if (contents === undefined || createHash("sha256").update(contents).digest("hex") !== oid)
      return end(response, 422);
    files.set(oid, contents);
    end(response, 200);
  }

  function offer(repository: string, operation: string, { oid, size }: { oid: string; size: number }): object {
    const files = filesOf(repository);
    const at = { href: `${place}/${repository}/${oid}`, header: { "X-Ticket": `ticket for ${oid}` }, expires_in: 300 };
    if (operation === "download")
      return files.has(oid)
        ? { oid, size, authenticated: true, actions: { download: at } }
        : { oid, size, error: { code: 404, message: "Object does not exist" } };
    const actions = { upload: at, verify: { ...at, href: `${at.href}/verify` } };
    return { oid, size, authenticated: true, ...(!files.has(oid) && { actions }) };
  }

  async function answerBatch(request: IncomingMessage, response: ServerResponse, repository: string): Promise<void> {
    const noted = note(request);
    batches.push(noted);
    const known = accounts.map(
      ({ username, token }) => `Basic ${Buffer.from(`${username}:${token}`).toString("base64")}`,
    );
    const text = (await readAll(request))?.toString() ?? "";
    if (without.includes(repository)) return end(response, 404);
    if (known.length > 0 && !known.includes(noted.authorization ?? ""))
      return end(response, 401, { "lfs-authenticate": 'Basic realm="Git LFS"' });
    const { operation, objects } = JSON.parse(text);
    response.writeHead(200, { "content-type": "application/vnd.git-lfs+json" });
    const offers = objects.map((object: { oid: string; size: number }) => offer(repository, operation, object));
    response.end(JSON.stringify({ transfer: "basic", objects: offers }));
  }

  return {
    filesOf,
    batches,
    transfers,
    answer(request, response) {
      const [, repository] = /^\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/.exec(request.url ?? "") ?? [];
      if (repository !== undefined) void answerBatch(request, response, repository);
      return repository !== undefined;
    },
    breakAfter: (uploads) => void (state.left = uploads),
    spoil: (isSpoiling) => void (state.isSpoiling = isSpoiling),
    redirectTo: (target) => void (state.target = target),
    async close() {
      storage.closeAllConnections();
      await new Promise((resolve) => storage.close(resolve));
    },
  };
}

/** The text that Git has in place of the contents. */
export function toPointer(contents: Buffer): { oid: string; text: string } {
  const oid = createHash("sha256").update(contents).digest("hex");
  return { oid, text: `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${contents.length}\n` };
}

function note({ method = "", url = "", headers }: IncomingMessage): LfsRequest {
  return { method, path: url, authorization: headers.authorization, ticket: headers["x-ticket"]?.toString() };
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers);
  response.end();
}

/** Undefined when the line broke. */
async function readAll(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}
