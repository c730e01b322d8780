import { createHash } from "node:crypto";
import { objectsOf, parseJson, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { modulePrefix } from "../octopus/receipt-modules.ts";
import { StepError } from "../step/errors.ts";
import { packMemory, unpackMemory, type Memory } from "./memory.ts";
import { Receipt } from "./receipt.ts";

// A receipt as a script module: its description tells whose the copy is, its script is a comment that holds what the copy was.

/** Names of library variable sets and script modules may not be longer. */
const longestName = 200;

/** The name of the script module that holds the receipt. */
export function nameModule(receiptName: string): string {
  const name = `${modulePrefix}${receiptName}`;
  if (name.length <= longestName) return name;
  const digest = createHash("sha256").update(receiptName).digest("hex").slice(0, 12);
  return `${name.slice(0, longestName - digest.length - 2)}…${digest}`;
}

/** For a receipt's script module. */
export function renderDescription(name: string, receipt: Receipt): string {
  const what = receipt.version === undefined ? "is being deployed from the package" : "came from the package";
  const sentence = `Which project of this space ${what} ${receipt.package}${receipt.version === undefined ? "" : ` ${receipt.version}`}, and what it was then. Managed Spaces reads and writes it: do not edit it, and include it in no project.`;
  return `${sentence}\n\n${JSON.stringify({ name, ...receipt })}`;
}

/** @returns undefined for a description that no version up to this one wrote */
export function parseDescription(module: OctopusDocument): { name: string; receipt: Receipt } | undefined {
  const [line = ""] = textOf(module, "Description").trimEnd().split("\n").slice(-1);
  const value = parseJson(line);
  const receipt = Receipt.safeParse(value);
  const name = typeof value === "object" && value !== null && "name" in value ? value.name : undefined;
  return receipt.success && typeof name === "string" ? { name, receipt: receipt.data } : undefined;
}

/** The variable set of a script module with what the copy was. */
export function withMemory({ Links: _links, ...set }: OctopusDocument, name: string, memory: Memory): JsonObject {
  const module = nameModule(name);
  const script = `# What the copy was when it was last deployed. Managed Spaces reads and writes it.\n# ${packMemory(memory)}\n`;
  return {
    ...set,
    Variables: [
      { ...plain, ...findVariable(set, scriptOf(module)), Name: scriptOf(module), Value: script },
      { ...plain, ...findVariable(set, languageOf(module)), Name: languageOf(module), Value: "PowerShell" },
    ],
  };
}

/** @returns undefined where nothing was written yet; @throws {@link StepError} for what is damaged */
export function findMemory(set: OctopusDocument, name: string): Memory | undefined {
  const script = textOf(findVariable(set, scriptOf(nameModule(name))) ?? {}, "Value");
  if (script === "") return undefined;
  const memory = unpackMemory(script.trimEnd().split("\n# ").at(-1) ?? "");
  if (memory === undefined) throw notUnderstood(name);
  return memory;
}

export function notUnderstood(name: string): StepError {
  return new StepError(
    `The receipt "${name}" in the script module "${nameModule(name)}" cannot be understood: it was edited, or a newer version of these step templates wrote it. Update the step templates, or delete that script module and run the step again with "Adopt an Existing Project".`,
  );
}

const plain = { Type: "String", IsSensitive: false, IsEditable: true, Description: "", Scope: {} };

function scriptOf(module: string): string {
  return `Octopus.Script.Module[${module}]`;
}

function languageOf(module: string): string {
  return `Octopus.Script.Module.Language[${module}]`;
}

function findVariable(set: JsonObject, name: string): JsonObject | undefined {
  return objectsOf(set, "Variables").find((variable) => textOf(variable, "Name") === name);
}
