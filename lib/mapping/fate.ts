import { isReference, targetId, type Target } from "../model/graph.ts";
import type { JsonValue } from "../model/json.ts";
import { listOwners } from "../resources/holders.ts";
import type { Choices } from "./choices.ts";

/** Why something does not come along: it stays behind, or the space does not have it. */
export type Fate = "behind" | "missing";

/** What is known of what does not come along. */
export interface Fates {
  choices: Choices;
  /** Targets that stay behind since something else does. */
  gone: ReadonlySet<string>;
  isMissing(target: Target): boolean;
}

/** Undefined for what comes along, or is in the space. */
export function fateOf(target: Target, { choices, gone, isMissing }: Fates): Fate | undefined {
  const isBehind =
    choices.isTargetLeftOut(target) || [target, ...listOwners(target)].some((one) => gone.has(targetId(one)));
  if (isBehind) return "behind";
  return isMissing(target) ? "missing" : undefined;
}

/** What an element of a list, or a single value, points to; undefined for a text that points to nothing. */
export function targetOf(
  value: JsonValue,
  { text, resourceKey }: { text: string | undefined; resourceKey: string[] },
): Target | undefined {
  if (isReference(value)) return value.$ref;
  if (typeof value !== "string" || value === "") return undefined;
  if (text === "role") return { kind: "role", key: [value] };
  // Steps are called by name in their own project alone.
  return text === "actionName" ? { kind: "action", key: [...resourceKey.slice(0, 1), value] } : undefined;
}
