import type { HttpClient } from "../../http/http-client.ts";
import { describeRequest, type HttpRequest, type HttpResponse } from "../../http/http-request.ts";
import { UnavailableError } from "../../step/errors.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { parsePktLines, renderPktLines, type PktLine } from "./pkt-lines.ts";

/** What a Git server says of a repository's branches. */
export interface Refs {
  /** The branch that HEAD names; of an empty repository only newer servers tell it. */
  head: string | undefined;
  /** Commits by the names of their branches. */
  branches: ReadonlyMap<string, string>;
}

export interface Remote {
  http: HttpClient;
  /** The repository's address. */
  url: string;
  /** Nothing for a repository that everybody may read. */
  headers: Record<string, string>;
}

/**
 * Asks a Git server for the branches, as Git itself does before it fetches (gitprotocol-http, "Smart Server Response"; gitprotocol-v2, "ls-refs").
 * A server that does not know version 2 of the protocol answers with all refs at once.
 * @returns undefined where there is no repository, as far as these credentials may see
 */
export async function readRefs({ http, url, headers }: Remote): Promise<Refs | undefined> {
  const asked = { ...headers, "git-protocol": "version=2" };
  const first = await send(http, {
    method: "GET",
    url: `${url}/info/refs?service=git-upload-pack`,
    headers: { ...asked, accept: "application/x-git-upload-pack-advertisement" },
  });
  if (first === undefined) return undefined;
  const lines = readLines(first, url, "application/x-git-upload-pack-advertisement");
  if (!lines.some((line) => isText(line, /^version 2$/))) return parseAdvertisement(lines);
  const second = await send(http, {
    method: "POST",
    url: `${url}/git-upload-pack`,
    headers: {
      ...asked,
      accept: "application/x-git-upload-pack-result",
      "content-type": "application/x-git-upload-pack-request",
    },
    body: renderPktLines(lsRefs(lines)),
    isRepeatable: true,
  });
  return second && parseListing(readLines(second, url, "application/x-git-upload-pack-result"));
}

async function send(http: HttpClient, request: HttpRequest): Promise<HttpResponse | undefined> {
  const response = await http.send({ ...request, returnsRedirect: true });
  if (response.status === 404 || response.status === 410) return undefined;
  if (response.status >= 300)
    throw explainRefusal(response, {
      request: describeRequest(request),
      isSignedIn: request.headers?.["authorization"] !== undefined,
    });
  return response;
}

function readLines(response: HttpResponse, url: string, type: string): PktLine[] {
  const given = response.headers.get("content-type") ?? "";
  const lines = given.startsWith(type) ? parsePktLines(response.content) : undefined;
  if (lines !== undefined) return lines;
  throw new UnavailableError(
    `There is no Git server at ${url}: the answer is not of its protocol (${given.split(";")[0] || "without a type"}). Check the address.`,
  );
}

function isText(line: PktLine, pattern: RegExp): boolean {
  return typeof line === "object" && pattern.test(line.text);
}

function textsOf(lines: readonly PktLine[]): string[] {
  return lines.flatMap((line) => (typeof line === "object" ? [line.text] : []));
}

/** Only branches and HEAD; where HEAD points to in an empty repository is told by servers that say `unborn`. */
function lsRefs(capabilities: readonly PktLine[]): PktLine[] {
  const format = textsOf(capabilities).find((text) => text.startsWith("object-format="));
  const tellsUnborn = capabilities.some((line) => isText(line, /^ls-refs=.*\bunborn\b/));
  const options = ["symrefs", ...(tellsUnborn ? ["unborn"] : []), "ref-prefix HEAD", "ref-prefix refs/heads/"];
  const command = ["command=ls-refs", ...(format === undefined ? [] : [format])];
  return [...command.map(toLine), "delimiter", ...options.map(toLine), "flush"];
}

function toLine(text: string): PktLine {
  return { text };
}

/** Version 2: `<commit or "unborn"> <ref> symref-target:<ref>`. */
function parseListing(lines: readonly PktLine[]): Refs {
  const branches = new Map<string, string>();
  let head: string | undefined;
  for (const text of textsOf(lines)) {
    const [commit = "", ref = "", ...attributes] = text.split(" ");
    const target = attributes.find((attribute) => attribute.startsWith("symref-target:refs/heads/"));
    if (ref === "HEAD") head = target?.slice("symref-target:refs/heads/".length);
    else addBranch(branches, ref, commit);
  }
  return { head, branches };
}

/** Versions 0 and 1: `<commit> <ref>`, behind the first of which stand NUL and the capabilities, among them `symref=HEAD:<ref>`. */
function parseAdvertisement(lines: readonly PktLine[]): Refs {
  const branches = new Map<string, string>();
  let head: string | undefined;
  for (const text of textsOf(lines)) {
    const [entry = "", capabilities = ""] = text.split("\0");
    head ??= /(?:^| )symref=HEAD:refs\/heads\/(\S+)/.exec(capabilities)?.[1];
    const [commit = "", ref = ""] = entry.split(" ");
    addBranch(branches, ref, commit);
  }
  return { head, branches };
}

function addBranch(branches: Map<string, string>, ref: string, commit: string): void {
  if (ref.startsWith("refs/heads/") && /^[0-9a-f]{40,64}$/.test(commit))
    branches.set(ref.slice("refs/heads/".length), commit);
}
