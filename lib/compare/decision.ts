import { createHash } from "node:crypto";
import { nameItems } from "../graph/read-names.ts";
import { isReference, targetId, type GraphNode, type Target } from "../model/graph.ts";
import { identityOf } from "../model/identity.ts";
import { canonicalJson, isJsonObject, mapFields, mapItems, type JsonValue } from "../model/json.ts";
import { findKind } from "../resources/index.ts";
import { describeValues } from "./describe-value.ts";
import type { KeptDifference } from "./difference.ts";
import type { MergeResult } from "./merge.ts";
import { renameReferences, type Renames } from "./rename-references.ts";
import { createIdentities } from "./same-node.ts";

/** Who has it where the template and people changed the same. */
export type Choice = "template" | "space";

/** What a person decided about a conflict. It holds for what the three sides had then, and for nothing else. */
export interface Decision {
  /** What tells the resource from all others of the template, whatever it is called. */
  resource: string;
  /** Where in it, as differences have it; "" for all that was in conflict in it. */
  place: string;
  choice: Choice;
  /** What the three sides had: see {@link DecisionBook.seen}. */
  seen: string;
  /** What people call it. */
  name: string;
  /** The task that it was given to, or when. */
  given: string;
}

/** The decisions that are known when a space is looked at, and what tells whether they still hold. */
export interface DecisionBook {
  identityOf(node: GraphNode): string;
  /** Three digests, of what the template, the space and the base have there; of secrets nothing is in them. */
  seen(node: GraphNode, difference: KeptDifference): string;
  find(node: GraphNode, difference: KeptDifference): Choice | undefined;
}

/** @param nodes - the graph that is deployed */
export function createDecisionBook(nodes: readonly GraphNode[], decisions: readonly Decision[] = []): DecisionBook {
  const identityOfNode = createIdentities(nodes);
  let renames: Renames | undefined;
  const digestSides = (resource: string, difference: KeptDifference): string => {
    renames ??= listLastingNames(nodes, identityOfNode);
    const { template, space, base, place, isBaseUnknown = false } = difference;
    const sides = [template, space, isBaseUnknown ? undefined : base].map((value) => withLastingNames(value, renames));
    return joinDigests(describeValues(sides).map((text, side) => `${resource}\n${place}\n${side}\n${text}`));
  };
  const own = new Map(decisions.map((decision) => [`${decision.resource}\n${decision.place}`, decision]));
  const book: DecisionBook = {
    identityOf: identityOfNode,
    seen: (node, difference) => digestSides(identityOfNode(node), difference),
    find(node, difference) {
      const decision = own.get(`${identityOfNode(node)}\n${difference.place}`);
      return decision !== undefined && decision.seen === book.seen(node, difference) ? decision.choice : undefined;
    },
  };
  return book;
}

/** Those that are known, with the new ones in place of older ones about the same. */
export function addDecisions(known: readonly Decision[], made: readonly Decision[]): Decision[] {
  const isReplaced = ({ resource, place }: Decision): boolean =>
    made.some((one) => one.resource === resource && one.place === place);
  return [...known.filter((decision) => !isReplaced(decision)), ...made];
}

/** One text for three. */
export function joinDigests(texts: readonly string[]): string {
  return texts.map((text) => createHash("sha256").update(text).digest("hex").slice(0, 6)).join("-");
}

/** Whether the template's can be taken at all: what has the name in the space, or uses something there, is the space's own. */
export function canBeTaken({ what }: Pick<KeptDifference, "what">): boolean {
  return what !== "taken" && what !== "used";
}

/**
 * Merges, and once more with what was decided for the template.
 * @param merge - is told the places at which the template's is taken
 */
export function mergeDecided(
  book: DecisionBook,
  node: GraphNode,
  merge: (takes: ReadonlySet<string>) => MergeResult,
): MergeResult {
  const first = merge(new Set());
  const conflicts = first.kept.filter((kept) => kept.isConflict && canBeTaken(kept));
  const taken = conflicts.filter((kept) => book.find(node, kept) === "template");
  return taken.length === 0 ? first : merge(new Set(taken.map(({ place }) => place)));
}

/** What was decided for the space is no conflict any more; all others tell what a decision about them was made of. */
export function markDecided(book: DecisionBook, node: GraphNode, kept: readonly KeptDifference[]): KeptDifference[] {
  return kept.map((one) => {
    if (!one.isConflict) return one;
    const marked = { ...one, seen: book.seen(node, one) };
    return book.find(node, one) === "space" ? { ...marked, isConflict: false, isDecided: true } : marked;
  });
}

/** What references are called, in words that stay the same when the template's things are renamed. */
function listLastingNames(nodes: readonly GraphNode[], identify: (node: GraphNode) => string): Renames {
  const names = new Map<string, Target>();
  for (const node of nodes) {
    names.set(targetId({ kind: node.kind, key: node.key }), { kind: node.kind, key: [identify(node)] });
    for (const items of findKind(node.kind)?.items ?? []) {
      const { referencedAs } = items;
      if (referencedAs === undefined) continue;
      for (const { name, item } of nameItems(items, node.body))
        names.set(targetId({ kind: referencedAs, key: [...node.key, name] }), {
          kind: referencedAs,
          key: [identify(node), identityOf(item) ?? name],
        });
    }
  }
  return names;
}

function withLastingNames(value: JsonValue | undefined, renames: Renames = new Map()): JsonValue | undefined {
  return value === undefined ? undefined : sortReferences(renameReferences({ value }, renames)["value"] ?? null);
}

/** Lists of names are sorted by names, which are others by now. */
function sortReferences(value: JsonValue): JsonValue {
  if (isReference(value)) return value;
  if (isJsonObject(value)) return mapFields(value, sortReferences);
  if (!Array.isArray(value)) return value;
  const items = mapItems(value, sortReferences);
  return items.every(isReference) ? items.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)) : items;
}
