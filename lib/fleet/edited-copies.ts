import type { EditedCopy } from "./cluster-edits.ts";
import { CopyEdit } from "./copy-edits.ts";
import { groupBy } from "./group-by.ts";
import type { Known } from "./known.ts";
import { placeOf, type FleetTenant } from "./list-tenants.ts";

/**
 * All copies that were compared, with what people changed in them, as far as this version understands what is remembered of it. Of a
 * space that several tenants stand for one remembers, and all may have accepted something.
 */
export function listEditedCopies(tenants: readonly FleetTenant[], known: Pick<Known, "spaces">): EditedCopy[] {
  const bySpace = groupBy(tenants, placeOf);
  return tenants.flatMap((tenant) => {
    const { id, name } = tenant;
    const accepted = bySpace.get(placeOf(tenant))?.flatMap((one) => one.accepted ?? []) ?? [];
    const { receipts = [], compared = {} } = known.spaces[id] ?? {};
    return receipts.flatMap(({ receipt, template }): EditedCopy[] => {
      const comparison = compared[receipt];
      if (comparison === undefined || comparison.inStep === "gone") return [];
      const edits = comparison.edits.flatMap((edit) => {
        const parsed = CopyEdit.safeParse(edit);
        return parsed.success ? [parsed.data] : [];
      });
      return [{ tenant: { id, name }, template, edits, accepted }];
    });
  });
}
