import { toLower, trim } from "../../dotnet/characters.ts";

/** A part of an address, as .NET's `Uri` tells it; what is no address stays as it is. */
export function uriPart(argument: string | null, options: string[]): string | null {
  const [part] = options;
  if (argument === null) return null;
  if (part === undefined) return "[UriPart error: no argument given]";
  const uri = readUri(trim(argument));
  if (uri === undefined) return argument;
  if (toLower(part) === "isabsoluteuri") return String(uri !== "relative");
  const read = uriParts[toLower(part)];
  if (read === undefined) return `[UriPart ${part} error: argument '${part}' not supported]`;
  return uri === "relative"
    ? `[UriPart ${part} error: This operation is not supported for a relative URI.]`
    : read(uri);
}

interface Uri {
  scheme: string;
  /** `//` where a host may stand. */
  slashes: string;
  userInfo: string;
  host: string;
  port: number;
  path: string;
  query: string;
  fragment: string;
}

const usualPorts: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ftp: 21,
  ws: 80,
  wss: 443,
  mailto: 25,
  gopher: 70,
  telnet: 23,
  ldap: 389,
  "net.tcp": 808,
};

/** @returns undefined for what is no address at all, and where .NET would see a drive of Windows */
function readUri(text: string): Uri | "relative" | undefined {
  if (text.startsWith("/"))
    return { ...emptyUri, scheme: "file", slashes: "//", path: escapePart(text, pathCharacters) };
  const [, scheme = "", rest = ""] = /^([A-Za-z][A-Za-z0-9+.-]*):([\s\S]*)$/.exec(text) ?? [];
  if (scheme === "") return "relative";
  if (scheme.length === 1) return undefined;
  const [, before = "", query = "", fragment = ""] = /^([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/.exec(rest) ?? [];
  const name = scheme.toLowerCase();
  const parts = { query: escapePart(query, queryCharacters), fragment: escapePart(fragment, queryCharacters) };
  if (name === "mailto") return readMail(before, parts);
  if (!before.startsWith("//")) {
    if (needsHost(name)) return undefined;
    return { ...emptyUri, ...parts, scheme: name, path: escapePart(before, pathCharacters) };
  }
  const [, authority = "", path = ""] = /^\/\/([^/\\]*)([\s\S]*)$/.exec(before) ?? [];
  const host = readAuthority(name, authority);
  if (host === undefined) return undefined;
  return { ...parts, ...host, scheme: name, slashes: "//", path: normalizePath(path === "" ? "/" : path) };
}

const emptyUri = { slashes: "", userInfo: "", host: "", port: -1, query: "", fragment: "" };

function needsHost(scheme: string): boolean {
  return ["http", "https", "ftp", "ws", "wss"].includes(scheme);
}

function readMail(address: string, parts: Pick<Uri, "query" | "fragment">): Uri {
  const [, userInfo = "", host = ""] = /^(?:([^@]*)@)?([\s\S]*)$/.exec(address) ?? [];
  return { ...emptyUri, ...parts, scheme: "mailto", userInfo, host: host.toLowerCase(), port: 25, path: "" };
}

function readAuthority(scheme: string, authority: string): Pick<Uri, "userInfo" | "host" | "port"> | undefined {
  const match = /^(?:([^@]*)@)?(\[[0-9A-Fa-f:.]+\]|[^:@[\]\s]*)(?::(\d*))?$/.exec(authority);
  if (match === null || (match[2] === "" && needsHost(scheme))) return undefined;
  const port = match[3] === undefined || match[3] === "" ? (usualPorts[scheme] ?? -1) : Number(match[3]);
  return port > 65_535 ? undefined : { userInfo: match[1] ?? "", host: (match[2] ?? "").toLowerCase(), port };
}

const pathCharacters = /[A-Za-z0-9\-._~!$&'()*+,;=:@/[\]%]/;
const queryCharacters = /[A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]%#]/;

/** What may not stand there is escaped, and what need not be escaped is not. */
function escapePart(text: string, allowed: RegExp): string {
  const escaped = [...text.replaceAll("\\", "/")]
    .map((character) => (allowed.test(character) ? character : encodeURIComponent(character)))
    .join("");
  return escaped.replace(/%([2-7][0-9A-Fa-f])/g, (code, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : code;
  });
}

function normalizePath(path: string): string {
  const segments: string[] = [];
  const parts = escapePart(path, pathCharacters).split("/").slice(1);
  for (const [index, part] of parts.entries()) {
    if (part === "..") segments.pop();
    if (part !== "." && part !== "..") segments.push(part);
    else if (index === parts.length - 1) segments.push("");
  }
  return `/${segments.join("/")}`;
}

const uriParts: Readonly<Record<string, (uri: Uri) => string>> = {
  absolutepath: ({ path }) => path,
  absoluteuri: (uri) =>
    `${uri.scheme}:${uri.slashes}${uri.userInfo === "" ? "" : `${uri.userInfo}@`}${authorityOf(uri)}${uri.path}${uri.query}${uri.fragment}`,
  authority: authorityOf,
  dnssafehost: ({ host }) => host.replace(/^\[|\]$/g, ""),
  fragment: ({ fragment }) => fragment,
  host: ({ host }) => host,
  hostandport: ({ host, port }) => (port === -1 ? host : `${host}:${port}`),
  hostnametype: typeOfHost,
  isdefaultport: (uri) => String(isUsualPort(uri)),
  isfile: ({ scheme }) => String(scheme === "file"),
  isloopback: ({ scheme, host }) =>
    String((scheme === "file" && host === "") || /^(?:localhost|loopback|127\..*|\[::1\])$/.test(host)),
  isunc: () => "false",
  path: ({ path }) => decodePath(path),
  pathandquery: ({ path, query }) => path + query,
  port: ({ port }) => String(port),
  query: ({ query }) => query,
  scheme: ({ scheme }) => scheme,
  schemeandserver: (uri) => `${uri.scheme}:${uri.slashes}${authorityOf(uri)}`,
  userinfo: ({ userInfo }) => userInfo,
};

function authorityOf(uri: Uri): string {
  return isUsualPort(uri) ? uri.host : `${uri.host}:${uri.port}`;
}

function isUsualPort({ scheme, port }: Uri): boolean {
  return port === (usualPorts[scheme] ?? -1);
}

function typeOfHost({ host, scheme, slashes }: Uri): string {
  if (host.startsWith("[")) return "IPv6";
  if (/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/.test(host)) return "IPv4";
  if (host !== "") return "Dns";
  return scheme === "file" || slashes !== "" ? "Basic" : "Unknown";
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
