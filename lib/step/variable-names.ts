import { createHash } from "node:crypto";
import type { ParameterForm } from "./parameters.ts";

/** The Octopus variable that carries a parameter: `<prefix>.<PascalCase key>`, or the name that its form insists on. */
export function toVariableName(prefix: string, key: string, form?: ParameterForm): string {
  return form?.variable ?? `${prefix}.${key.charAt(0).toUpperCase()}${key.slice(1)}`;
}

/** A parameter's own GUID: a hash of the step and the variable, so that two builds agree (RFC 9562, version 8: custom hash). */
export function toParameterId(stepId: string, variableName: string): string {
  const hex = createHash("sha256").update(`${stepId}\0${variableName}`).digest("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
