import { maskUrlCredentials } from "../git/git-credentials.ts";

/** Text for a page, without credentials in addresses; bidirectional controls, which can make text look like other text, are made visible. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return maskUrlCredentials(text)
    .replace(/[&<>"']/g, (character) => entities[character] ?? "")
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, (character) => `U+${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A link, for addresses that a browser may follow; else the text alone. */
export function renderLink(text: string, url: string): string {
  return /^https?:\/\//i.test(url) ? `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>` : escapeHtml(text);
}
