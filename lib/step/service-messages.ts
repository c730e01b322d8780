/**
 * One of Octopus's service messages, as a line. Attributes are base64 of UTF-8, which keeps every character harmless.
 * Names and attributes: Calamari's Bootstrap.sh and https://octopus.com/docs/deployments/custom-scripts/logging-messages-in-scripts
 */
export function renderServiceMessage(name: string, attributes: Readonly<Record<string, string>> = {}): string {
  const rendered = Object.entries(attributes).map(([key, value]) => ` ${key}='${encode(value)}'`);
  return `##octopus[${name}${rendered.join("")}]\n`;
}

/** Text at a level of its own. Levels are sticky, so the default one is restored in the same write. */
export function renderAtLevel(level: "verbose" | "highlight" | "warning", text: string): string {
  return renderServiceMessage(`stdout-${level}`) + renderText(text) + renderServiceMessage("stdout-default");
}

/** Lines for the log. What looks like a service message is broken up: text of others must not be able to give Octopus orders. */
export function renderText(text: string): string {
  return `${text.replaceAll("\r", "").replaceAll("##octopus[", "## octopus[").replace(/\n+$/, "")}\n`;
}

function encode(value: string): string {
  return Buffer.from(value, "utf8").toString("base64");
}
