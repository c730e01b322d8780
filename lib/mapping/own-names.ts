import { reference, type Reference, type Target } from "../model/graph.ts";
import { findNearNames } from "../near-names.ts";
import { foldName } from "../octopus/same-name.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";

/** What a mapping points to of its own accord, and the package need not know. */
export interface OwnNames {
  /** Spelled as the package spells it: a name in two spellings would differ from itself on every run. @param rule - for sentences */
  refer(kind: string, name: string, rule: string): Reference;
  /**
   * A sentence for each that neither the package nor the space has. Of what the package points to, a mapping may say that it stays
   * behind where it is missing; a misspelt name would do so, too, and take an exclusion with it.
   */
  listUnknown(has: (target: Target) => boolean): string[];
}

/** @param targets - all that the package speaks of */
export function createOwnNames(targets: Iterable<Target>): OwnNames {
  const known = new Map<string, Target>();
  for (const { kind, key } of targets) if (key.length === 1) known.set(toId(kind, key[0] ?? ""), { kind, key });
  const names = [...known.values()];
  const own = new Map<string, { target: Target; rule: string }>();
  return {
    refer(kind, name, rule) {
      const id = toId(kind, name);
      const target = known.get(id) ?? own.get(id)?.target ?? { kind, key: [name.trim()] };
      if (!known.has(id)) own.set(id, { target, rule });
      return reference(kind, target.key);
    },
    listUnknown: (has) =>
      [...own.values()]
        .filter(({ target }) => !has(target))
        .map(({ target: { kind, key }, rule }) => {
          const near = names.filter((one) => one.kind === kind).flatMap((one) => one.key);
          const told = `Neither the package nor the space has ${describeByKind({ kind, key })}, which the mapping names under "${rule}".`;
          return `${told}${findNearNames(key[0] ?? "", near)}`;
        }),
  };
}

function toId(kind: string, name: string): string {
  return `${kind} ${foldName(name)}`;
}
