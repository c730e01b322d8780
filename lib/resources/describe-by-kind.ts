import { describeTarget, type Target } from "../model/graph.ts";
import { findKind } from "./index.ts";

/**
 * How a sentence names a target in the words of its kind: `the runbook "Restart" of "Web"`, `the variables of "Web"`. What tells contents
 * apart in a key tells people nothing.
 */
export function describeByKind({ kind: id, key }: Target): string {
  const { label = id, isVersioned, isSingleton } = findKind(id) ?? {};
  if (isSingleton !== true)
    return describeTarget({ kind: id, key: isVersioned === true ? key.slice(0, 1) : key }, label);
  const owners = key.toReversed().map((name) => `"${name}"`);
  return `the ${label} of ${owners.join(" of ")}`;
}

/** As a sentence begins. */
export function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Of Octopus's words for its resources: `library variable sets`, `machine policies`, `runbook processes`. */
export function pluralOf(label: string): string {
  if (/[^aeiou]y$/.test(label)) return label.replace(/y$/, "ies");
  return /(?:s|x|ch|sh)$/.test(label) ? `${label}es` : `${label}s`;
}
