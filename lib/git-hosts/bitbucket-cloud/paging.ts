import * as z from "zod/mini";
import type { Paging } from "../create-host-api.ts";
import type { Query } from "../host-api.ts";

const BitbucketPage = z.object({ values: z.array(z.unknown()), next: z.optional(z.string()) });

/**
 * The address of the next page is not to be made by ourselves (REST reference, "Pagination"). Only what it asks for is taken from it: where it
 * leads might be an address that this worker cannot reach, or should not send a token to.
 */
export const paging: Paging = {
  first: {},
  read(content) {
    const page = BitbucketPage.safeParse(content);
    if (!page.success) return undefined;
    const { values, next } = page.data;
    return { items: values, next: next === undefined || !URL.canParse(next) ? undefined : toQuery(new URL(next)) };
  },
};

function toQuery({ searchParams }: URL): Query {
  return Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]));
}
