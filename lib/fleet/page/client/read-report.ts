import type { FleetReport } from "../../fleet-report.ts";

/** Whether this browser can unpack the report: Chrome and Edge 110, Firefox 115, Safari 16.4 and newer can. */
export function canRead(): boolean {
  try {
    const unpacking = new DecompressionStream("deflate-raw");
    return "readable" in unpacking && "toSorted" in Array.prototype;
  } catch {
    return false;
  }
}

/** The report that the page has in it: JSON, deflated, as base64. */
export async function readReport(): Promise<FleetReport> {
  const text = atob(document.getElementById("report")?.textContent?.trim() ?? "");
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const report: FleetReport = await new Response(stream).json();
  return report;
}
