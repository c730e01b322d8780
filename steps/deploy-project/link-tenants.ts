import { isJsonObject, objectsOf, textOf, textsOf } from "../../lib/model/json.ts";
import { foldName } from "../../lib/octopus/same-name.ts";
import { listByExactNames } from "../../lib/resources/resource-kind.ts";
import { nothing, type BroughtExtras, type ExtrasOptions } from "./brought-extras.ts";
import { giveValues } from "./give-tenant-values.ts";
import { markOf, type Linking, type SpaceNames } from "./linking.ts";

/**
 * Connects the copy to the template's tenants that the space has by name, and gives them the values that they lack. Each link and
 * value is given once: whoever takes it away or changes it afterwards has decided.
 */
export async function linkTenants(options: ExtrasOptions): Promise<BroughtExtras> {
  const { space, extras, projectId, recorded } = options;
  const before = new Set((recorded["tenants"] ?? "").split(" ").filter((mark) => mark !== ""));
  const wanted = extras.tenants ?? [];
  if (wanted.length === 0 || projectId === "") return { ...nothing, record: toRecord(before) };
  const present = await listByExactNames(
    space,
    "tenants",
    wanted.map(({ name }) => name),
  );
  if (present.length === 0) return { ...nothing, record: toRecord(before) };
  const names = await readNames(options);
  let brought: BroughtExtras = nothing;
  const given = new Set(before);
  for (const tenant of wanted) {
    const document = present.find((candidate) => foldName(textOf(candidate, "Name")) === foldName(tenant.name));
    if (document === undefined) continue;
    const written = await linkTenant(options, { tenant, document, names, before, given });
    brought = { ...brought, written: [...brought.written, ...written] };
  }
  return { ...brought, record: toRecord(given) };
}

async function readNames({ space, projectId }: ExtrasOptions): Promise<SpaceNames> {
  const environments = await space.list("/environments");
  const project = await space.get(`/projects/${projectId}`);
  const byName = (documents: readonly { [field: string]: unknown }[]): Map<string, string> =>
    new Map(documents.map(({ Id: id, Name: name }) => [foldName(String(name)), String(id)]));
  return { environments: byName(environments), templates: byName(objectsOf(project, "Templates")) };
}

async function linkTenant(options: ExtrasOptions, linking: Linking): Promise<string[]> {
  const { tenant } = linking;
  const links = await connect(options, linking);
  const values = await giveValues(options, linking);
  if (links + values === 0) return [];
  const what = [links > 0 ? "a link" : "", values > 0 ? `${values} ${values === 1 ? "value" : "values"}` : ""];
  const said = what.filter((part) => part !== "").join(" and ");
  return [
    `${options.onlyPlan ? "Would give" : "Gave"} the tenant "${tenant.name}" ${said} for "${options.projectName}".`,
  ];
}

async function connect(
  { space, projectId, overwrite, onlyPlan }: ExtrasOptions,
  { tenant, document, names, before, given }: Linking,
): Promise<number> {
  const links = isJsonObject(document["ProjectEnvironments"]) ? document["ProjectEnvironments"] : {};
  const present = textsOf(links, projectId);
  const marked = tenant.environments.flatMap((name) => {
    const id = names.environments.get(foldName(name));
    return id === undefined ? [] : [{ id, mark: markOf([tenant.name, name]) }];
  });
  const fresh = marked.filter(({ id, mark }) => !present.includes(id) && (overwrite || !before.has(mark)));
  for (const { mark } of marked) given.add(mark);
  if (fresh.length === 0 || onlyPlan) return fresh.length;
  const environments = [...present, ...fresh.map(({ id }) => id)];
  await space.put(`/tenants/${document.Id}`, {
    ...document,
    ProjectEnvironments: { ...links, [projectId]: environments },
  });
  return fresh.length;
}

function toRecord(marks: ReadonlySet<string>): Record<string, string> {
  return marks.size === 0 ? {} : { tenants: [...marks].toSorted().join(" ") };
}
