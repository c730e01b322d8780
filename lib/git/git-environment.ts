import type { GitCredentials } from "./git-credentials.ts";
import { parseNoProxy } from "../no-proxy.ts";
import { ParameterError } from "../step/errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface GitEnvironmentOptions {
  credentials: readonly GitCredentials[];
  /** A directory without a .netrc, which Git would read credentials from. */
  home: string;
}

/**
 * The whole environment of a Git process: of the worker's only what Git needs to run and to reach the network, none of its Git
 * configuration, and the credentials, which a helper hands over when their host asks (git-config, "GIT_CONFIG_COUNT"; gitcredentials).
 */
export function createGitEnvironment(worker: Environment, options: GitEnvironmentOptions): Record<string, string> {
  return {
    ...pick(worker, passedOn),
    ...proxyVariables(worker),
    HOME: options.home,
    USERPROFILE: options.home,
    LC_ALL: "C.UTF-8",
    LANGUAGE: "C",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "http:https",
    ...renderConfiguration([...settings, ...portsPastProxy(worker), ...options.credentials.flatMap(toSettings)]),
    ...Object.fromEntries(options.credentials.flatMap(toSecrets)),
  };
}

type Setting = readonly [key: string, value: string];

const settings: readonly Setting[] = [
  ["credential.helper", ""],
  // Owners of one host may need different tokens, so paths count.
  ["credential.useHttpPath", "true"],
  ["credential.interactive", "false"],
  ["core.quotePath", "false"],
  ["core.askPass", ""],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["submodule.recurse", "false"],
  ["advice.detachedHead", "false"],
  // A connection that stands still for a minute is given up.
  ["http.lowSpeedLimit", "1"],
  ["http.lowSpeedTime", "60"],
];

const passedOn = [
  "PATH",
  "PATHEXT",
  "SYSTEMROOT",
  "COMSPEC",
  "TMPDIR",
  "TEMP",
  "TMP",
  "LD_LIBRARY_PATH",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "GIT_SSL_CAPATH",
];

/** curl, by which Git sends, reads `http_proxy` in lower case alone, and in `no_proxy` neither ports nor brackets nor `*.`. */
function proxyVariables(worker: Environment): Record<string, string> {
  const proxies = ["http_proxy", "https_proxy", "all_proxy"].map((name) => [name, named(worker, name)] as const);
  const hosts = parseNoProxy(named(worker, "no_proxy")).flatMap(({ host, port }) => (port === undefined ? [host] : []));
  const all = [...proxies, ["no_proxy", hosts.includes("*") ? "*" : hosts.join(",")] as const];
  return Object.fromEntries(all.filter(([, value]) => value !== ""));
}

/** What goes past the proxy at one port only is said in Git's own configuration. */
function portsPastProxy(worker: Environment): Setting[] {
  return parseNoProxy(named(worker, "no_proxy")).flatMap(({ host, port }) => {
    const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    return port === undefined
      ? []
      : ["http", "https"].map((scheme) => [`http.${scheme}://${address}.proxy`, ""] as const);
  });
}

function named(worker: Environment, name: string): string {
  return worker[name] || worker[name.toUpperCase()] || "";
}

function pick(worker: Environment, names: readonly string[]): Record<string, string> {
  const entries = Object.entries(worker).filter(([name]) => names.includes(name.toUpperCase()));
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

function renderConfiguration(all: readonly Setting[]): Record<string, string> {
  const entries = all.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key] as const,
    [`GIT_CONFIG_VALUE_${index}`, value] as const,
  ]);
  return { GIT_CONFIG_COUNT: String(all.length), ...Object.fromEntries(entries) };
}

function toSettings(credentials: GitCredentials, index: number): Setting[] {
  return credentials.isBearer === true ? toHeader(credentials) : toHelper(credentials, index);
}

/**
 * Git before 2.46 has no helper for bearers. The header stands in the environment alone, like the token of a helper, and is sent to
 * nothing but the address: there, Git follows nobody elsewhere.
 */
function toHeader({ url, token }: GitCredentials): Setting[] {
  const address = url.replace(/\/+$/, "");
  return [
    [`http.${address}.extraHeader`, `Authorization: Bearer ${token}`],
    [`http.${address}.followRedirects`, "false"],
  ];
}

/** The helper names the variables; only its environment knows the values. Git runs it through the shell that it brings along. */
function toHelper({ url }: GitCredentials, index: number): Setting[] {
  const answer = `printf "username=%s\\npassword=%s\\n" "$MANAGED_SPACES_USERNAME_${index}" "$MANAGED_SPACES_TOKEN_${index}"`;
  return [[`credential.${url.replace(/\/+$/, "")}.helper`, `!f() { test "$1" = get && ${answer}; }; f`]];
}

function toSecrets({ url, username, token, isBearer }: GitCredentials, index: number): [string, string][] {
  if (/[\r\n\0]/.test(username + token)) {
    throw new ParameterError(
      `The Git credentials for ${url} hold a line break. Enter user name and token without one.`,
    );
  }
  if (isBearer === true) return [];
  return [
    [`MANAGED_SPACES_USERNAME_${index}`, username],
    [`MANAGED_SPACES_TOKEN_${index}`, token],
  ];
}
