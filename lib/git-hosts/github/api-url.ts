/** GitHub documentation, "Getting started with the REST API": other addresses for Enterprise Server and for data residence. */
export function toApiUrl(url: string): string {
  const { hostname, origin } = new URL(url);
  if (hostname === "github.com" || hostname === "www.github.com") return "https://api.github.com";
  return hostname.endsWith(".ghe.com") ? `https://api.${hostname}` : `${origin}/api/v3`;
}
