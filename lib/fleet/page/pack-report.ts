import { deflateRawSync } from "node:zlib";
import { createHider } from "../../pages/hide-secrets.ts";
import type { FleetReport } from "../fleet-report.ts";

/** The report as the page has it in it: JSON, deflated, as base64. No text of it has these values, or credentials in an address. */
export function packReport(report: FleetReport, secrets: readonly string[]): string {
  const hide = createHider(secrets);
  const json = JSON.stringify(report, (_, value: unknown) => (typeof value === "string" ? hide(value) : value));
  return deflateRawSync(json, { level: 9 }).toString("base64");
}
