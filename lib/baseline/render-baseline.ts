import { stringify } from "yaml";
import type { BaselineReading } from "./graph-to-baseline.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";

/** A baseline as a YAML document, with a comment for each thing that it does not say. */
export function renderBaseline({ baseline, remarks }: BaselineReading, { about }: { about: string }): string {
  const lines = remarks.map(({ about: target, text }) => `- ${describeByKind(target)}: ${text}`);
  const head = [about, ...(lines.length === 0 ? [] : ["Not said here:", ...lines])];
  const body = Object.entries(baseline).map(([key, value]) =>
    stringify({ [key]: value }, { lineWidth: 0, compat: "yaml-1.1" }),
  );
  return `${head.map(toComment).join("")}\n${body.join("\n")}`;
}

/** Names may have line breaks. */
function toComment(line: string): string {
  return `# ${line.replace(/\s*[\r\n]+\s*/g, " ")}\n`;
}
