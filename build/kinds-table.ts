import { sections } from "../lib/baseline/sections/index.ts";
import { findKind, resourceKinds } from "../lib/resources/index.ts";
import { uncopied } from "../lib/resources/uncopied.ts";
import type { ItemList, ResourceKind } from "../lib/resources/resource-kind.ts";
import { findForm } from "../lib/terraform/forms/index.ts";
import { renderTable } from "./render-table.ts";

/** What is done with each kind of resource, from what the kinds, the forms and the baseline's sections say themselves. */
export function renderKindsTable(kinds: readonly ResourceKind[] = resourceKinds): string {
  const rows = kinds.map((kind) => [
    tellName(kind),
    tellTerraform(kind),
    tellApplying(kind),
    tellComparing(kind),
    tellBaseline(kind),
  ]);
  return renderTable(["Kind", "Terraform", "Apply", "Compare", "Baseline"], rows);
}

/** What a server has besides, by the first word of its routes, with why nobody copies it. */
export function renderUncopiedTable(reasons: Readonly<Record<string, string>> = uncopied): string {
  const words = Object.keys(reasons);
  const why = [...new Set(Object.values(reasons))];
  return renderTable(
    ["Routes", "Why"],
    why.map((reason) => [joinAnd(words.filter((word) => reasons[word] === reason).map(toCode)), reason]),
  );
}

function tellName({ label, ownedBy }: ResourceKind): string {
  return ownedBy === undefined ? label : `${label} of a ${joinOr(ownedBy.map(labelOf))}`;
}

function tellTerraform({ id, isInEverySpace }: ResourceKind): string {
  const { resource, saidIn, lacking, lookUp, find, asksForId } = findForm(id) ?? {};
  if (asksForId !== undefined) return "has to be there; a variable has its id, since no data source finds it";
  const byName = find === undefined ? undefined : "found by its name";
  const found = lookUp === undefined ? byName : `looked up by \`${lookUp.dataSource}\``;
  const said = saidIn === undefined ? undefined : `in ${saidIn}`;
  const made = resource === undefined || lacking !== undefined ? said : "resource";
  if (made === undefined) return [found ?? "none", ...(lacking === undefined ? [] : [lacking])].join("; ");
  const ready = isInEverySpace === undefined ? "" : "; what every space has is found";
  return `${made}${found === undefined ? "" : `, or ${found}`}${ready}`;
}

function tellApplying(kind: ResourceKind): string {
  if (kind.isLookUpOnly === true) return "has to be there";
  const done = tellWriting(kind);
  const { createOnly = [] } = kind;
  return createOnly.length === 0 ? done : `${done}; ${joinAnd(createOnly.map(toCode))} only when made`;
}

function tellWriting({ isVersioned, isSingleton, create, update }: ResourceKind): string {
  if (isVersioned === true) return "made, a new version where its content is another";
  if (isSingleton === true) return "there with its owner, changed";
  const ways = [...(create === undefined ? [] : ["made"]), ...(update === undefined ? [] : ["changed"])];
  return joinAnd(ways);
}

function tellComparing({ isLookUpOnly, isVersioned, items = [] }: ResourceKind): string {
  if (isLookUpOnly === true) return "its name";
  const whole = isVersioned === true ? "name and content" : "field by field";
  return items.length === 0 ? whole : `${whole}, ${joinAnd(items.map(tellItems))} one by one`;
}

function tellItems({ path }: ItemList): string {
  return toCode(path.join("."));
}

function tellBaseline({ id }: ResourceKind): string {
  const own = sections.filter(({ kind }) => kind === id).map(({ key }) => key);
  const parts = sections.flatMap(({ key, parts: all = {} }) =>
    Object.entries(all)
      .filter(([, part]) => part.kind === id)
      .map(([part]) => `${key}[].${part}`),
  );
  const places = [...own, ...parts];
  return places.length === 0 ? "no" : joinAnd(places.map(toCode));
}

function labelOf(id: string): string {
  return findKind(id)?.label ?? id;
}

function toCode(text: string): string {
  return `\`${text}\``;
}

function joinAnd(words: readonly string[]): string {
  return join(words, "and");
}

function joinOr(words: readonly string[]): string {
  return join(words, "or");
}

function join(words: readonly string[], last: string): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}
