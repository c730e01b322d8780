import type { Paging } from "./create-host-api.ts";

/**
 * Pages by number, for as long as the answer links to a next one (RFC 8288): GitHub, Gitea, GitLab. Only whether it does is read: the next
 * page's address may be one that this worker cannot reach, or should not send a token to.
 */
export const linkPaging: Paging = {
  first: { page: 1 },
  read: (content, headers, { page = 1 }) => {
    // Gitea has `null` for some lists without items, such as the branches of an empty repository.
    if (content !== null && !Array.isArray(content)) return undefined;
    const isLast = !/;\s*rel="?next"?/.test(headers.get("link") ?? "");
    return { items: content ?? [], next: isLast ? undefined : { page: Number(page) + 1 } };
  },
};
