import { foldCase } from "../dotnet/characters.ts";
import type { DotnetCulture } from "../dotnet/culture.ts";
import { DotnetError } from "../dotnet/errors.ts";
import { parseSymbolPath } from "./grammar.ts";
import type { Step } from "./tokens.ts";

/** A place in the tree that dotted and bracketed names make; keys are without case. */
export interface Binding {
  item?: string;
  names: Map<string, Binding>;
  indexes: Map<string, Binding>;
}

export function createBinding(item?: string): Binding {
  return { ...(item === undefined ? {} : { item }), names: new Map(), indexes: new Map() };
}

/** Of two names that are the same up to where no expression could go on, the later one wins. */
export function bind(entries: Iterable<{ name: string; value: string }>, culture: DotnetCulture): Binding {
  const root = createBinding();
  for (const { name, value } of entries) {
    const path = parseSymbolPath(name, culture);
    if (path !== undefined) path.steps.reduce(ensureStep, root).item = value;
  }
  return root;
}

/** The binding one step further; an index is its own value until it is given one. */
function ensureStep(binding: Binding, step: Step): Binding {
  if (step.kind === "lookup") throw new DotnetError("NotImplementedException", "A name cannot hold an expression.");
  const isName = step.kind === "name";
  const children = isName ? binding.names : binding.indexes;
  const child = children.get(foldCase(step.text)) ?? createBinding(isName ? undefined : step.text);
  children.set(foldCase(step.text), child);
  return child;
}
