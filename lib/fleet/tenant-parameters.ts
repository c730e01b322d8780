import { lines, text, type Parameter } from "../step/parameters.ts";
import type { TenantSelection } from "./list-tenants.ts";
import { defaultRingSet } from "./ring-set.ts";

export interface TenantParameters {
  tenants: Parameter<string[]>;
  tags: Parameter<string[]>;
  ring: Parameter<string | undefined>;
  ringSet: Parameter<string>;
  template: Parameter<string | undefined>;
}

/** Which spaces a step is about that looks at many. */
export function tenantParameters(): TenantParameters {
  return {
    tenants: lines({
      label: "Tenants",
      help: "Names, or patterns of whole names such as `Customer .*`, one a line. Blank for all tenants that stand for spaces.",
    }),
    tags: lines({
      label: "Tags",
      help: "Tags such as `Ring/Canary`, one a line: tenants with any of them. Blank for all.",
    }),
    ring: text({
      label: "Ring",
      help: "Of these, the ones in this ring, such as `Canary`. Blank for all.",
      optional: true,
    }),
    ringSet: text({
      label: "Ring Tag Set",
      help: "Name of the tag set whose tags are rings.",
      default: defaultRingSet,
    }),
    template: text({
      label: "Connected To",
      help: "Name of a project that the tenants are connected to. Blank, or a variable without a value, for all.",
      default: "#{Octopus.Project.Name}",
      optional: true,
      mayBeUnresolved: true,
    }),
  };
}

interface TenantInput {
  tenants: readonly string[];
  tags: readonly string[];
  ring: string | undefined;
  ringSet: string | undefined;
  template: string | undefined;
}

/** What the parameters pick, and that in words; "" for all. */
export function readSelection({ tenants: names, tags, ring, ringSet, template }: TenantInput): {
  selection: TenantSelection;
  text: string;
} {
  const parts = [
    ...(names.length === 0 ? [] : [`tenants called ${names.join(", ")}`]),
    ...(tags.length === 0 ? [] : [`tenants with the tag ${tags.join(" or ")}`]),
    ...(ring === undefined ? [] : [`tenants in the ring ${ring}`]),
    ...(template === undefined ? [] : [`tenants of the project ${template}`]),
  ];
  return { selection: { names, tags, ring, ringSet, template }, text: parts.join(", ") };
}
