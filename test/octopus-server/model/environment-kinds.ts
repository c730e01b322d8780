import type { Kind } from "./model.ts";

/**
 * What accounts, certificates, targets, variables, triggers, steps and runbooks may be scoped to (octoterra's module 93): environments, and
 * parents of ephemeral ones. Phases of lifecycles and links of tenants take environments alone.
 */
export const scopingEnvironments: readonly Kind[] = ["environments", "parentenvironments"];
