import { isFields, type Fields } from "./model/fields.ts";

/**
 * Fields that the server does not know, by what its paths call their documents: `{ projects: ["IsBadgesEnabled"], deploymentprocesses:
 * ["Steps.Actions.IsRequired"] }`. A dot leads into objects and into each of a list.
 */
export type IgnoredFields = Readonly<Record<string, readonly string[]>>;

/** Segments that say how a document is addressed, and not what it is. */
const views = new Set(["all", "versions", "v1", "v2"]);

/** What a route's path calls its documents; the triggers of a project are those of the flat path. */
export function groupOf(routePath: string): string {
  const words = routePath.toLowerCase().split("/");
  const word = words.findLast((segment) => segment !== "" && !segment.startsWith("{") && !views.has(segment)) ?? "";
  return word === "triggers" ? "projecttriggers" : word;
}

/** A body or an answer (one document, a list or a page) as a server sees or shows it that does not know these fields. */
export function withoutIgnored(value: unknown, group: string, ignored: IgnoredFields): unknown {
  const paths = Object.entries(ignored).flatMap(([name, fields]) => (name.toLowerCase() === group ? fields : []));
  if (paths.length === 0) return value;
  const stripped = (document: unknown): unknown =>
    paths.reduce((rest, path) => withoutPath(rest, path.toLowerCase().split(".")), document);
  return isPage(value) ? { ...value, Items: value.Items.map(stripped) } : stripped(value);
}

function isPage(value: unknown): value is Fields & { Items: unknown[] } {
  return isFields(value) && Array.isArray(value["Items"]);
}

function withoutPath(value: unknown, [head = "", ...rest]: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutPath(item, [head, ...rest]));
  if (!isFields(value)) return value;
  const entries = Object.entries(value).flatMap(([name, field]) => {
    if (name.toLowerCase() !== head) return [[name, field] as const];
    return rest.length === 0 ? [] : [[name, withoutPath(field, rest)] as const];
  });
  return Object.fromEntries(entries);
}
