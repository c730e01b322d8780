import type { Fields } from "../model/fields.ts";
import { badRequest, type Call } from "./route.ts";

/** How many items a page has when nothing is said; the docs name the lists that differ. */
const usualTake = 30;

export interface PageOptions {
  itemType: string;
  /** The address of the list, without a query. */
  path: string;
  /** How many items a page has when nothing is said; 30, unless the docs' page of the list has another number. */
  take?: number | undefined;
  /** Turns a document into what is shown; called only for the documents on the page. */
  show: (resource: Fields & { Id: string }) => unknown;
}

/** One page of `resources` (already filtered and sorted), as `skip` and `take` of the query say. */
export function pageOf(
  resources: Pick<readonly (Fields & { Id: string })[], "length" | "slice">,
  call: Call,
  options: PageOptions,
): Fields {
  const skip = pageNumber(call, "skip") ?? 0;
  const take = pageNumber(call, "take") ?? options.take ?? usualTake;
  const pages = take === 0 ? 1 : Math.max(1, Math.ceil(resources.length / take));
  return {
    ItemType: options.itemType,
    TotalResults: resources.length,
    ItemsPerPage: take,
    NumberOfPages: pages,
    LastPageNumber: pages - 1,
    Items: resources.slice(skip, skip + take).map(options.show),
    Links: linksOf(call, { path: options.path, total: resources.length, skip, take, last: pages - 1 }),
  };
}

/** `Page.Next` is there only when there is more: Octopus's Go client reads on until it is missing. */
function linksOf(
  call: Call,
  page: { path: string; total: number; skip: number; take: number; last: number },
): Record<string, string> {
  const others = new URLSearchParams(
    [...new URL(call.request.url).searchParams].filter(([name]) => !/^(skip|take)$/i.test(name)),
  );
  const rest = others.size === 0 ? "" : `&${others}`;
  const at = (skip: number): string => `${page.path}?skip=${skip}&take=${page.take}${rest}`;
  return {
    Self: at(page.skip),
    Template: `${page.path}{?skip,take,ids,partialName}`,
    "Page.All": `${page.path}?skip=0&take=2147483647${rest}`,
    "Page.Current": at(page.skip),
    "Page.Last": at(page.last * page.take),
    ...(page.take > 0 && page.skip + page.take < page.total ? { "Page.Next": at(page.skip + page.take) } : {}),
  };
}

/** Some lists do without defaults (docs, environments v2 and deployment freezes). The sentence is assumed. @throws a 400 */
export function requirePaging({ query }: Call): void {
  for (const name of ["skip", "take"])
    if (query.get(name) === undefined) throw badRequest(`Please provide a value for ${name}.`);
}

/** Assumed: a negative number is refused rather than read as 0. */
function pageNumber(call: Call, name: string): number | undefined {
  if (/^-\d+$/.test(call.query.get(name) ?? ""))
    throw badRequest(`The value '${call.query.get(name)}' is not valid for ${name}.`);
  return call.query.number(name);
}
