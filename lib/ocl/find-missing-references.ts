import { objectsOf, textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { foldName } from "../octopus/same-name.ts";
import { getKind } from "../resources/index.ts";
import { findIdKind } from "./list-ids.ts";
import type { OclReference } from "./list-references.ts";
import { slugOf } from "./slug-of.ts";

/**
 * What files name and a space lacks: Octopus would refuse to load the files there.
 * @returns a phrase for each, with what names it
 */
export async function findMissingReferences(
  space: OctopusSpace,
  references: readonly OclReference[],
): Promise<string[]> {
  const missing: OclReference[] = [];
  for (const kind of new Set(references.map((reference) => reference.kind))) {
    const present = await listSlugs(space, kind);
    missing.push(
      ...references.filter((reference) => reference.kind === kind && !present.has(foldName(reference.slug))),
    );
  }
  const grouped = new Map<string, OclReference[]>();
  for (const reference of missing) {
    const id = `${reference.kind} ${reference.slug}`;
    grouped.set(id, [...(grouped.get(id) ?? []), reference]);
  }
  return [...grouped.values()].map((group) => describeMissing(space, group));
}

async function listSlugs(space: OctopusSpace, kindId: string): Promise<Set<string>> {
  if (kindId === "tag") return new Set((await getKind("tagSet").list(space)).flatMap(listTags).map(foldName));
  const documents = await getKind(kindId).list(space);
  return new Set(documents.flatMap((document) => [slugOf(kindId, document), document.Id].map(foldName)));
}

function listTags(tagSet: OctopusDocument): string[] {
  return objectsOf(tagSet, "Tags").map((tag) => `${textOf(tagSet, "Name")}/${textOf(tag, "Name")}`);
}

function describeMissing(space: OctopusSpace, group: readonly OclReference[]): string {
  const [{ kind, slug } = { kind: "", slug: "" }] = group;
  const users = [...new Set(group.map(({ usedBy }) => usedBy))].join(" and ");
  const what =
    kind === "tag"
      ? `tenant tag "${slug}"`
      : `${getKind(kind).label} with the ${findIdKind(slug) === kind ? "id" : "slug"} "${slug}"`;
  return `the space "${space.name}" has no ${what}, which ${users} ${users.includes(" and ") ? "name" : "names"}`;
}
