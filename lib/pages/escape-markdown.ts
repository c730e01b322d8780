import { maskUrlCredentials } from "../git/git-credentials.ts";

/** People's texts must not make links, mentions or markup of their own, nor lines. An unseen space parts what would become a link. */
export function escapeMarkdown(text: string): string {
  return maskUrlCredentials(text)
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\\`*_{}[\]<>#|~!]/g, String.raw`\$&`)
    .replaceAll("@", "@\u200b")
    .replaceAll("://", ":\u200b//")
    .replaceAll(/\bwww\./gi, (found) => `${found.slice(0, 3)}\u200b.`);
}
