import { defaultRingSet } from "../fleet/ring-set.ts";
import type { OptionDeclarations } from "./declare-command.ts";

const group = "Which tenants";

/** Which tenants a command is about: the same words in each. */
export const tenantOptions = {
  tenants: {
    type: "string",
    multiple: true,
    value: "<name or pattern>",
    help: 'Tenants of this name; all of them are ".*".',
    group,
  },
  tag: {
    type: "string",
    multiple: true,
    value: "<Set/Tag>",
    help: "Tenants with this tag, or with another one that is given.",
    group,
  },
  ring: { type: "string", value: "<name>", help: "Of these, the ones in this ring.", group },
  "ring-set": {
    type: "string",
    value: "<name>",
    help: "The tag set whose tags are the rings.",
    otherwise: defaultRingSet,
    group,
  },
} as const satisfies OptionDeclarations;
