import { createHash } from "node:crypto";
import { escapeHtml } from "../../pages/escape-html.ts";
import { createHider } from "../../pages/hide-secrets.ts";
import { style } from "../../pages/style.ts";
import type { FleetReport } from "../fleet-report.ts";
import { clientProgram } from "./client-program.ts";
import { packReport } from "./pack-report.ts";
import { pageStyle } from "./page-style.ts";
import { renderSummary } from "./render-summary.ts";

export interface FleetPageOptions {
  /** For a page that is served: the address, on the same server, from which newer reports come as {@link FleetEvent}s. */
  watch?: { source: string };
  /** Values that no text of the page may have. */
  secrets?: readonly string[];
}

/**
 * The fleet as one HTML file that needs no network and no server: the report lies in it, and nothing leaves it. Where the browser runs no
 * programs, or is too old for this one, there is a summary.
 */
export function renderFleetPage(report: FleetReport, { watch, secrets = [] }: FleetPageOptions = {}): string {
  const hide = createHider(secrets);
  const css = `${style}${pageStyle}`;
  const policy = [
    "default-src 'none'",
    `script-src '${digestOf(clientProgram)}'`,
    `style-src '${digestOf(css)}'`,
    ...(watch === undefined ? [] : ["connect-src 'self'"]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const source = watch === undefined ? "" : ` data-watch="${escapeHtml(watch.source)}"`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>Fleet of ${escapeHtml(hide(report.management.space))}</title>
<style>${css}</style>
</head>
<body>
${renderSummary(report, hide)}
<script type="text/plain" id="report"${source}>${packReport(report, secrets)}</script>
<script>${clientProgram}</script>
</body>
</html>
`;
}

function digestOf(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
