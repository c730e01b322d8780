import { fieldsOf, textsOf, type Fields } from "../model/fields.ts";

/** Where an action runs, in the dimensions that a variable can be scoped to: ids, except for roles and tags, which are names. */
export interface ScopeContext {
  action?: string;
  machine?: string;
  roles?: readonly string[];
  /** Roles that the step targets, which count for more than the machine's other roles. */
  targetRoles?: readonly string[];
  tenant?: string;
  /** Canonical names, `Tag Set/Tag`. */
  tenantTags?: readonly string[];
  environment?: string;
  channel?: string;
  /** The runbook of a run, the project of a deployment. */
  processOwner?: string;
}

/**
 * How specific a scope is in a context, most telling dimension first; undefined when it does not apply. Order and meaning as in
 * Octopus's docs on variable scoping: action, machine, targeted role, role, tenant, tenant tag, environment, channel, process.
 */
export function rankScope(scope: Fields, context: ScopeContext): number[] | undefined {
  const ranks: number[] = [];
  for (const { keys, matches } of dimensions) {
    const values = keys.flatMap((key) => textsOf(scope, key));
    const rank = values.length === 0 ? 0 : matches(values, context);
    if (rank === undefined) return undefined;
    ranks.push(rank);
  }
  return ranks;
}

/** @returns above 0 when `one` is more specific than `other` */
export function compareRanks(one: readonly number[], other: readonly number[]): number {
  for (const [index, rank] of one.entries()) {
    const difference = rank - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The rank of a tenant's own value, which counts as scoped to the tenant and to the environments that it is given for. */
export function rankTenantValue({ isForEnvironment }: { isForEnvironment: boolean }): number[] {
  return dimensions.map(({ keys }) =>
    keys.includes("Tenant") || (isForEnvironment && keys.includes("Environment")) ? 1 : 0,
  );
}

interface Dimension {
  keys: string[];
  /** How well one of the values applies; undefined when none does. */
  matches(values: string[], context: ScopeContext): number | undefined;
}

const dimensions: Dimension[] = [
  { keys: ["Action"], matches: (values, { action }) => oneOf(values, action) },
  { keys: ["Machine"], matches: (values, { machine }) => oneOf(values, machine) },
  { keys: ["Role", "TargetRole"], matches: rankRoles },
  { keys: ["Tenant"], matches: (values, { tenant }) => oneOf(values, tenant) },
  {
    keys: ["TenantTag"],
    matches: (values, { tenantTags = [] }) => (hasTagOfEachSet(values, tenantTags) ? 1 : undefined),
  },
  { keys: ["Environment"], matches: (values, { environment }) => oneOf(values, environment) },
  { keys: ["Channel"], matches: (values, { channel }) => oneOf(values, channel) },
  { keys: ["ProcessOwner"], matches: (values, { processOwner }) => oneOf(values, processOwner) },
];

function oneOf(values: string[], actual: string | undefined): number | undefined {
  return actual !== undefined && values.includes(actual) ? 1 : undefined;
}

function rankRoles(values: string[], { roles = [], targetRoles = [] }: ScopeContext): number | undefined {
  const wanted = values.map((value) => value.toLowerCase());
  const has = (actual: readonly string[]) => actual.some((role) => wanted.includes(role.toLowerCase()));
  if (!has(roles)) return undefined;
  return has(targetRoles) ? 2 : 1;
}

/** Of each tag set that is named, one of the named tags. */
function hasTagOfEachSet(values: string[], actual: readonly string[]): boolean {
  const own = actual.map((tag) => tag.toLowerCase());
  const sets = new Map<string, string[]>();
  for (const tag of values.map((value) => value.toLowerCase())) {
    const set = tag.split("/")[0] ?? "";
    sets.set(set, [...(sets.get(set) ?? []), tag]);
  }
  return [...sets.values()].every((tags) => tags.some((tag) => own.includes(tag)));
}

/** A variable's scope; {} is everywhere. */
export function scopeOf(variable: Fields): Fields {
  return fieldsOf(variable, "Scope");
}
