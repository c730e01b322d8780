import type { Target } from "../model/graph.ts";
import { capitalize, pluralOf } from "../resources/describe-by-kind.ts";
import { resourceKinds } from "../resources/index.ts";
import type { ItemList } from "../resources/resource-kind.ts";

/** By kind, what a mapping calls all of it, in the words of sentences: `libraryVariableSets`. */
const sectionsByKind: ReadonlyMap<string, string> = new Map([
  ...resourceKinds
    .filter(({ isSingleton, isVersioned }) => isSingleton !== true && isVersioned !== true)
    .map(({ id, label }) => [id, toPlural(label)] as const),
  ["tag", "tags"],
  ["role", "targetTags"],
]);

/** What has a name that a mapping may change. */
export const renamable: readonly string[] = [...sectionsByKind.values()];

/** What may stay behind: steps and variables, too, which are items of others. */
export const leavable: readonly string[] = [...renamable, "steps", "variables"];

/** What sentences and mappings call things of the target's kind; undefined for what has no name of its own. */
export function sectionOf({ kind }: Pick<Target, "kind">): string | undefined {
  return kind === "action" || kind === "step" ? "steps" : sectionsByKind.get(kind);
}

/** The same of the items of a list; undefined for those that no mapping speaks of. */
export function itemSectionOf({ referencedAs, label }: ItemList): string | undefined {
  const section = sectionOf({ kind: referencedAs ?? "" }) ?? toPlural(label ?? "");
  return section === "steps" || section === "variables" ? section : undefined;
}

/** What a mapping's rules call the target: its own name, and a tag with its set. */
export function ruleName({ kind, key }: Target): string {
  return kind === "tag" ? key.join("/") : (key.at(-1) ?? "");
}

/** `Git credential` to `gitCredentials`, and `role of a team` to `rolesOfATeam`. */
function toPlural(label: string): string {
  const plural = label.replace(/^(.*?)(?= of |$)/, pluralOf);
  return plural
    .split(" ")
    .map((word, index) => (index === 0 ? word.toLowerCase() : capitalize(word)))
    .join("");
}
