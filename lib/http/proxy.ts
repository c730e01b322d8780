import { UnavailableError } from "../step/errors.ts";

/**
 * What `fetch` needs to go through the proxy that Calamari announces in `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. Newer Nodes
 * do that themselves when `NODE_USE_ENV_PROXY=1` is set, as our launchers do (Node 22.21 and 24.5: documentation of `--use-env-proxy`);
 * an older Node needs undici, which only the packaged steps carry, since it weighs more than a step may. One agent serves all requests
 * of a client, so that connections are used again.
 */
export function createProxyDispatcher(): (url: string) => Promise<RequestInit> {
  let known: Promise<RequestInit> | undefined;
  return async (url) => {
    const proxy = proxyOf(url);
    if (proxy === undefined || nodeUsesProxyItself(process.versions.node)) return {};
    known ??= createAgent(url, proxy);
    return known;
  };
}

async function createAgent(url: string, proxy: URL): Promise<RequestInit> {
  try {
    const { EnvHttpProxyAgent } = await import("undici");
    const init: RequestInit = {};
    return Object.assign(init, { dispatcher: new EnvHttpProxyAgent() });
  } catch (error) {
    throw new UnavailableError(
      `The worker reaches ${new URL(url).host} through the proxy ${proxy.host}, which Node.js ${process.versions.node} cannot use by itself. Use a worker image with Node.js 24, such as octopusdeploy/worker-tools:6.6.4-ubuntu.24.04.`,
      { cause: error },
    );
  }
}

/** The proxy through which this process reaches the address. */
export function proxyOf(url: string): URL | undefined {
  return proxyFor(new URL(url), process.env);
}

/** The proxy that the environment names for the address, with its credentials; undefined when the host is reached directly. */
export function proxyFor(url: URL, environment: Record<string, string | undefined>): URL | undefined {
  const named = (name: string): string | undefined => environment[name.toLowerCase()] || environment[name] || undefined;
  const proxy = url.protocol === "https:" ? named("HTTPS_PROXY") : named("HTTP_PROXY");
  if (proxy === undefined || !URL.canParse(proxy)) return undefined;
  const excluded = (named("NO_PROXY") ?? "").split(",").map((entry) =>
    entry
      .trim()
      .toLowerCase()
      .replace(/^\*?\./, ""),
  );
  const host = url.hostname.toLowerCase();
  const isExcluded = excluded.some(
    (entry) => entry !== "" && (entry === "*" || host === entry || host.endsWith(`.${entry}`)),
  );
  return isExcluded ? undefined : new URL(proxy);
}

function nodeUsesProxyItself(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return (
    process.env["NODE_USE_ENV_PROXY"] === "1" &&
    (major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21))
  );
}
