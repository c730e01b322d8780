/** Bitbucket Cloud is at one address alone, with its API at another; any other address is that of a stand-in, which has both. */
export function toApiUrl(url: string): string {
  const { hostname, origin } = new URL(url);
  return /^(www\.)?bitbucket\.org$/.test(hostname) ? "https://api.bitbucket.org/2.0" : `${origin}/api/2.0`;
}
