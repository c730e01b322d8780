import { isExcluded, parseNoProxy } from "../no-proxy.ts";

/** The proxy through which this process reaches the address. */
export function proxyOf(url: string): URL | undefined {
  return proxyFor(new URL(url), process.env);
}

/**
 * The proxy that the environment names for the address, with its credentials; undefined when the host is reached directly. Calamari
 * announces `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. As with curl, an address without a scheme is one for `http://`.
 */
export function proxyFor(url: URL, environment: Record<string, string | undefined>): URL | undefined {
  const named = (name: string): string => environment[name.toLowerCase()] || environment[name] || "";
  const address = (named(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY") || named("ALL_PROXY")).trim();
  const proxy = address.includes("://") ? address : `http://${address}`;
  if (!/^https?:/i.test(proxy) || !URL.canParse(proxy) || isExcluded(url, parseNoProxy(named("NO_PROXY"))))
    return undefined;
  return new URL(proxy);
}
