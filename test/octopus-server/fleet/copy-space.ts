import type { Resource } from "../model/collection.ts";
import { isFields, textOf, textsOf } from "../model/fields.ts";
import type { Kind, OctopusModel } from "../model/model.ts";

/** A space as text, to be written again under other ids. */
export interface SpacePattern {
  /** Ids that count upwards, with their kinds; what others are made of them. */
  ids: readonly { kind: Kind; id: string }[];
  documents: readonly { kind: Kind; text: string }[];
  anyId: RegExp;
}

export interface SpaceCopy {
  id: string;
  /** The new id for one of the pattern's. */
  idFor: (id: string) => string;
}

const left: readonly Kind[] = ["tasks", "events", "deployments"];

/** Reads a space with the people of its teams. */
export function readPattern(model: OctopusModel, spaceId: string): SpacePattern {
  const space = model.collection("spaces").find(spaceId);
  const own = model.kinds
    .filter((kind) => !left.includes(kind))
    .flatMap((kind) =>
      model
        .collection(kind)
        .inOrder(spaceId)
        .map((document) => ({ kind, document })),
    );
  const people = own
    .filter(({ kind, document }) => kind === "teams" && !document.Id.startsWith("teams-"))
    .flatMap(({ document }) => textsOf(document, "MemberUserIds"))
    .flatMap((id) => model.collection("users").find(id) ?? [])
    .map((document): { kind: Kind; document: Resource } => ({ kind: "users", document }));
  const all = [...(space === undefined ? [] : [{ kind: "spaces" as const, document: space }]), ...people, ...own];
  const ids = all
    .map(({ kind, document }) => ({ kind, id: document.Id }))
    .filter(({ id }) => /^[A-Za-z]+-\d+$/.test(id));
  const documents = all.map(({ kind, document }) => ({ kind, text: JSON.stringify(document) }));
  return { ids, documents, anyId: new RegExp(String.raw`\b(?:${ids.map(({ id }) => id).join("|")})\b`, "g") };
}

/** Writes the space once more; nobody is told. */
export function copySpace(model: OctopusModel, pattern: SpacePattern, name: string): SpaceCopy {
  const taken = new Map(pattern.ids.map(({ kind, id }) => [id, model.collection(kind).takeId()]));
  const idFor = (id: string): string => taken.get(id) ?? id;
  let spaceId = "";
  for (const { kind, text } of pattern.documents) {
    const document: unknown = JSON.parse(text.replace(pattern.anyId, idFor));
    if (!isFields(document)) continue;
    const id = textOf(document, "Id");
    if (kind === "spaces") spaceId = id;
    const named = kind === "spaces" ? { Name: name, Slug: slugOf(name) } : {};
    model.collection(kind).replace(id, { ...document, ...named });
  }
  return { id: spaceId, idFor };
}

function slugOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]+/g, "-");
}
