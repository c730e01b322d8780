import * as z from "zod/mini";
import type { Paging } from "../create-host-api.ts";

const BitbucketPage = z.object({
  values: z.array(z.unknown()),
  isLastPage: z.optional(z.boolean()),
  nextPageStart: z.nullish(z.number()),
});

/** Pages by their first item, which is not to be counted by ourselves: what we may not see is left out of a page, and counted all the same (REST reference, "Paged APIs"). */
export const paging: Paging = {
  first: { limit: 100 },
  read(content, _, asked) {
    const page = BitbucketPage.safeParse(content);
    if (!page.success) return undefined;
    const { values, isLastPage = true, nextPageStart } = page.data;
    const isLast = isLastPage || typeof nextPageStart !== "number";
    return { items: values, next: isLast ? undefined : { ...asked, start: nextPageStart } };
  },
};
