import { description, nameField, type Section } from "../section.ts";
import { byType } from "../shape.ts";
import { required } from "../value.ts";
import { flag, word } from "../words.ts";

export const workerPools: Section = {
  key: "workerPools",
  kind: "workerPool",
  about: "Where steps run that need no deployment target.",
  fields: {
    name: nameField,
    description,
    isDefault: flag("IsDefault", "Whether steps run there that name no pool."),
  },
  variants: byType("WorkerPoolType", {
    static: ["StaticWorkerPool"],
    dynamic: ["DynamicWorkerPool", { image: required(word("WorkerType", "Such as `Ubuntu2204`.")) }],
  }),
  sortBy: ({ SortOrder: order }) => Number(order ?? 0),
  unsaid: ["Slug", "SortOrder"],
};
