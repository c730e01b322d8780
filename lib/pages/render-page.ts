import { createHash } from "node:crypto";
import { escapeHtml } from "./escape-html.ts";
import { style } from "./style.ts";

export interface PageOptions {
  title: string;
  /** One line below it, if any. */
  subtitle: string;
  /** HTML. */
  body: string;
  /** CSS for what only this page has. */
  moreStyle?: string;
  /** What runs in the browser. */
  program?: string;
}

/** A page that needs nothing else: no font, no request, and no script but its own. */
export function renderPage({ title, subtitle, body, moreStyle = "", program = "" }: PageOptions): string {
  const script = program === "" ? "" : `; script-src 'sha256-${createHash("sha256").update(program).digest("base64")}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${script}">
<title>${escapeHtml(title)}</title>
<style>${style}${moreStyle}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
${subtitle === "" ? "" : `<p class="quiet">${escapeHtml(subtitle)}</p>\n`}</header>
${body}
${program === "" ? "" : `<script>${program}</script>\n`}</body>
</html>
`;
}
