import { createHash } from "node:crypto";
import { diffArrays } from "diff";
import * as z from "zod/mini";
import type { PlannedResource } from "../compare/compare-graph.ts";
import { describeValues } from "../compare/describe-value.ts";
import type { KeptDifference } from "../compare/difference.ts";
import { holdsSecret } from "../model/graph.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";

/**
 * One thing that people of a space changed in a copy, as plain data that is small enough to be remembered: what it is about in the
 * template's own names, the same in every copy, and what it is there in words. No secret is in it.
 */
export type CopyEdit = z.infer<typeof CopyEdit>;

export const CopyEdit = z.object({
  /** The resource, as the template calls it. */
  kind: z.string(),
  key: z.array(z.string()),
  what: z.enum(["changed", "added", "removed", "renamed", "moved"]),
  /** Whether it is a whole item or resource, and not a field of one. */
  isWhole: z.boolean(),
  /** The same in every copy, whatever things are called there; of what people added, where they did. */
  place: z.string(),
  /** Names of fields and items, as the template has them. */
  path: z.array(z.string()),
  /** What the template has; absent for nothing, and where a secret is in it. */
  had: z.optional(z.string()),
  /** What the space has. */
  here: z.optional(z.string()),
  /** Tells values apart that were cut. */
  digest: z.optional(z.string()),
  /** Of a text of several lines: those that are gone, and those that came in their stead. */
  lines: z.optional(z.object({ gone: z.array(z.string()), come: z.array(z.string()) })),
  /** Of what people added: what it is, and by which words it is known to be like another. */
  item: z.optional(
    z.object({
      name: z.string(),
      type: z.string(),
      words: z.array(z.string()),
      after: z.optional(z.string()),
      isLast: z.optional(z.boolean()),
    }),
  ),
  /** Whether a secret is on one side, so that no value is told. */
  isSecret: z.optional(z.boolean()),
  isConflict: z.boolean(),
});

/** So much of a value is remembered. */
const mostCharacters = 300;
const mostLines = 8;
const mostWords = 40;

/** What people changed in a copy, of all that the plan of a deployment would keep. */
export function readEdits(resources: readonly Pick<PlannedResource, "target" | "kept">[]): CopyEdit[] {
  const edits = resources.flatMap(({ target, kept }) =>
    kept.flatMap((difference) => toEdit({ kind: target.kind, key: [...target.key] }, difference)),
  );
  return joinMoves(joinRenames(edits));
}

type Owner = Pick<CopyEdit, "kind" | "key">;

function toEdit(owner: Owner, difference: KeptDifference): CopyEdit[] {
  const { what, path, place, isConflict } = difference;
  if (what === "blocked" || what === "taken" || what === "used") return [];
  const base = { ...owner, path: [...path], isConflict };
  if (what === "reordered") return [{ ...base, what: "moved", isWhole: false, place, ...toOrder(difference) }];
  const { space, template, base: before } = difference;
  const side = what === "removed" ? (template ?? before) : space;
  const isWhole = path.length === 0 || (isJsonObject(side) && isItem(side, path));
  if (isWhole && what === "added" && isJsonObject(space)) return [toAdded(base, difference, space)];
  if (isWhole && what === "removed") return [{ ...base, what, isWhole, place }];
  const isRenamed = path.at(-1) === "Name";
  return [
    { ...base, what: isRenamed ? "renamed" : what, isWhole: false, place, ...toSides(before ?? template, space) },
  ];
}

/** Fields of a body that hold objects have no name of their own. */
function isItem(value: JsonObject, path: readonly string[]): boolean {
  const name = path.at(-1) ?? "";
  const own = textOf(value, "Name");
  return own !== "" && (name === own || name.startsWith(`${own} (`) || name.startsWith(`${own} #`));
}

function toSides(had: JsonValue | undefined, here: JsonValue | undefined): Partial<CopyEdit> {
  if ([had, here].some((value) => value !== undefined && holdsSecret({ value }))) return { isSecret: true };
  const [before = "", now = ""] = describeValues([had, here]);
  const sides = {
    ...(before !== "" && { had: cut(before) }),
    ...(now !== "" && { here: cut(now) }),
    digest: digest(now),
  };
  return before.includes("\n") || now.includes("\n") ? { ...sides, lines: diffLines(before, now) } : sides;
}

function cut(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)}…`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 12);
}

function diffLines(had: string, here: string): { gone: string[]; come: string[] } {
  const changes = diffArrays(had.split("\n"), here.split("\n"), { maxEditLength: 500 }) ?? [];
  const pick = (wanted: "added" | "removed"): string[] =>
    changes
      .flatMap(({ value, ...change }) => (change[wanted] ? value : []))
      .slice(0, mostLines)
      .map(cut);
  return { gone: pick("removed"), come: pick("added") };
}

/** What stands elsewhere by now: the fewest that explain it, each with what it stands behind. */
function toOrder({ base, template, space }: KeptDifference): Partial<CopyEdit> {
  const [before, now] = [base ?? template, space].map(namesIn);
  const moved = listMoved(before ?? [], now ?? []);
  const texts = moved.map((name) => {
    const after = now?.[(now?.indexOf(name) ?? 0) - 1];
    return after === undefined ? `${name} first` : `${name} after ${after}`;
  });
  return { here: cut(texts.join(", ")), digest: digest(texts.join("\n")) };
}

function namesIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function listMoved(before: readonly string[], now: readonly string[]): string[] {
  const [old, own] = [before.filter((name) => now.includes(name)), now.filter((name) => before.includes(name))];
  const changes = diffArrays(old, own);
  return changes.flatMap(({ value, added }) => (added ? value : []));
}

function toAdded(
  base: Owner & Pick<CopyEdit, "path" | "isConflict">,
  { position }: KeptDifference,
  space: JsonObject,
): CopyEdit {
  const [action = {}] = objectsOf(space, "Actions");
  const type = textOf(action, "ActionType");
  const isSecret = holdsSecret({ space });
  const [body = ""] = describeValues([space]);
  return {
    ...base,
    what: "added",
    isWhole: true,
    place: JSON.stringify(base.path.slice(0, -1)),
    ...(!isSecret && { here: cut(tellBody(space, body)), digest: digest(body) }),
    item: {
      name: textOf(space, "Name") || (base.path.at(-1) ?? ""),
      type,
      words: listWords(body),
      ...(position !== undefined && { after: position.after, isLast: position.isLast }),
    },
    ...(isSecret && { isSecret }),
  };
}

/** Of a variable its value; of a step its script, where it has one. */
function tellBody(space: JsonObject, body: string): string {
  const [action = {}] = objectsOf(space, "Actions");
  const properties = action["Properties"];
  const script = isJsonObject(properties) ? textOf(properties, "Octopus.Action.Script.ScriptBody") : "";
  return script || textOf(space, "Value") || body;
}

/** Digests, so that texts are compared and not kept. */
function listWords(text: string): string[] {
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}_.-]{3,}/gu) ?? []);
  return [...words].slice(0, mostWords).map((word) => digest(word).slice(0, 6));
}

/** A step and its only action get their new name together. */
function joinRenames(edits: readonly CopyEdit[]): CopyEdit[] {
  const steps = edits.filter(({ what, path }) => what === "renamed" && path.length === 3);
  return edits.filter(
    (edit) =>
      edit.what !== "renamed" ||
      edit.path.length !== 5 ||
      !steps.some((step) => step.kind === edit.kind && step.path[1] === edit.path[1] && step.here === edit.here),
  );
}

/** What is gone from one place, and was made anew at another with the same name and type, was moved. */
function joinMoves(edits: readonly CopyEdit[]): CopyEdit[] {
  const added = edits.filter(({ what, item }) => what === "added" && item !== undefined);
  const taken = new Set<CopyEdit>();
  const joined = edits.flatMap((edit) => {
    if (edit.what !== "removed" || !edit.isWhole) return [edit];
    const again = added.find((one) => !taken.has(one) && isSameThing(one, edit));
    if (again === undefined) return [edit];
    taken.add(again);
    const to = again.path.slice(0, -1).findLast((_, index) => index % 2 === 1);
    return [{ ...edit, what: "moved" as const, ...(to !== undefined && { here: to, digest: digest(to) }) }];
  });
  return joined.filter((edit) => !taken.has(edit));
}

function isSameThing(added: CopyEdit, removed: CopyEdit): boolean {
  const isElsewhere = added.place !== JSON.stringify(removed.path.slice(0, -1));
  const isOfOneList = added.path.at(-2) === removed.path.at(-2);
  return isElsewhere && isOfOneList && added.kind === removed.kind && added.item?.name === removed.path.at(-1);
}
