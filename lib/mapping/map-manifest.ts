import type { Extras } from "../graph/extras.ts";
import type { Manifest } from "../graph/manifest.ts";
import type { Target } from "../model/graph.ts";
import { applyMapping, type Mapped } from "./apply-mapping.ts";
import { keepWay } from "./keep-way.ts";
import { listNamedInFiles, mapGitNames } from "./map-git-names.ts";
import type { Mapping } from "./mapping-schema.ts";
import type { MappingContext } from "./mapping-run.ts";

/** The package as one space is to have it, what it brings besides included. Where it comes from stays as it is. */
export function mapManifest<T extends Manifest>(
  manifest: T,
  mapping: Mapping,
  context: MappingContext,
): Pick<Mapped, "remarks" | "warnings"> & { manifest: T } {
  const values: Record<string, string> = {};
  const readVariable = (name: string): string | undefined => {
    const value = context.readVariable(name);
    if (value !== undefined) values[name] = value;
    return value;
  };
  const named = listNamedInFiles(manifest.git);
  const mapped = applyMapping(manifest.graph, mapping, { ...context, readVariable, ...(named && { named }) });
  const { graph, remarks, warnings, rename } = mapped;
  const extras = manifest.extras && { extras: mapExtras(manifest.extras, { root: manifest.root, mapped }) };
  const git = manifest.git && { git: mapGitNames(manifest.git, rename) };
  const kept = keepWay(manifest.mapping, { mapping, values });
  return {
    manifest: { ...manifest, root: rename(manifest.root), graph, ...extras, ...git, mapping: kept },
    remarks,
    warnings,
  };
}

interface Given {
  root: Target;
  mapped: Pick<Mapped, "rename" | "isLeftOut">;
}

function mapExtras({ logos, publishedRunbooks, tenants, ...extras }: Extras, given: Given): Extras {
  const { key } = given.root;
  return {
    ...extras,
    ...(logos && { logos: logos.flatMap((logo) => mapLogo(logo, given)) }),
    ...(publishedRunbooks && {
      publishedRunbooks: publishedRunbooks.flatMap((name) => nameOf({ kind: "runbook", key: [...key, name] }, given)),
    }),
    ...(tenants && { tenants: tenants.flatMap((tenant) => mapTenant(tenant, given)) }),
  };
}

type Logo = NonNullable<Extras["logos"]>[number];

function mapLogo(logo: Logo, { mapped }: Given): Logo[] {
  if (mapped.isLeftOut(logo)) return [];
  const { kind, key } = mapped.rename({ kind: logo.kind, key: logo.key });
  return [{ ...logo, kind, key: [...key] }];
}

type Tenant = NonNullable<Extras["tenants"]>[number];

/** Without an environment that comes along, a tenant is not connected, and a value would be for all of them. */
function mapTenant({ name, environments, values }: Tenant, given: Given): Tenant[] {
  const toEnvironments = (names: string[]): string[] =>
    names.flatMap((one) => nameOf({ kind: "environment", key: [one] }, given));
  const own = toEnvironments(environments);
  if (own.length === 0 && environments.length > 0) return [];
  const mapped = values.map((value) => ({ ...value, environments: toEnvironments(value.environments) }));
  const kept = mapped.filter(
    (value, index) => value.environments.length > 0 || values[index]?.environments.length === 0,
  );
  return nameOf({ kind: "tenant", key: [name] }, given).map((known) => ({
    name: known,
    environments: own,
    values: kept,
  }));
}

/** None for what stays behind. */
function nameOf(target: Target, { mapped }: Given): string[] {
  return mapped.isLeftOut(target) ? [] : mapped.rename(target).key.slice(-1);
}
