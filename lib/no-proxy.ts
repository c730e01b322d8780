import { BlockList, isIP } from "node:net";

/** What an entry of `NO_PROXY` names: a host with those below it, or a range of addresses, at one port or at all. */
export interface Excluded {
  /** In lower case, an IPv6 address without brackets; `*` is everything. */
  host: string;
  port: string | undefined;
}

/**
 * The entries of `NO_PROXY`: between commas or white space; `.example.com` and `*.example.com` are `example.com`; an IPv6 address may
 * stand in brackets, and has to where a port follows. curl, Node.js and .NET agree on no more than a part of this: whatever one of them takes
 * is taken.
 */
export function parseNoProxy(text: string): Excluded[] {
  const entries = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  return entries.map((entry) => {
    const [, bracketed, plain = entry, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
    const host = (bracketed ?? plain).replace(/^\*?\./, "").replace(/\.$/, "");
    return { host, port };
  });
}

/** Whether the address is reached directly, whatever proxy there is. */
export function isExcluded({ protocol, hostname, port }: URL, excluded: readonly Excluded[]): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  return excluded.some((entry) => (entry.port ?? ownPort) === ownPort && covers(entry.host, host));
}

function covers(entry: string, host: string): boolean {
  if (entry === "*" || entry === host) return true;
  if (isIP(host) === 0) return entry !== "" && host.endsWith(`.${entry}`);
  const family = isIP(host) === 6 ? "ipv6" : "ipv4";
  const [network = "", prefix = family === "ipv6" ? "128" : "32"] = entry.split("/");
  if (isIP(network) !== isIP(host) || !/^\d{1,3}$/.test(prefix)) return false;
  const range = new BlockList();
  range.addSubnet(network, Math.min(Number(prefix), family === "ipv6" ? 128 : 32), family);
  return range.check(host, family);
}
