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
}

/** A page that needs nothing else: no script, no font, no request. */
export function renderPage({ title, subtitle, body, moreStyle = "" }: PageOptions): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}${moreStyle}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
${subtitle === "" ? "" : `<p class="quiet">${escapeHtml(subtitle)}</p>\n`}</header>
${body}
</body>
</html>
`;
}
