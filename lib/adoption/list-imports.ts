import { readGraph } from "../graph/read-graph.ts";
import { identify, identityOf } from "../model/identity.ts";
import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { GraphNode } from "../model/graph.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { expression } from "../terraform/hcl.ts";
import { listScope } from "../terraform/forms/variable-set/scope.ts";
import { renderBlocks } from "../terraform/render-blocks.ts";
import type { IndexedResource } from "../terraform/resource-index.ts";

/** A resource of a module, and what it is in a space: what `terraform import` takes. */
export interface Import {
  address: string;
  id: string;
}

export interface Imports {
  /** The project comes last: a state that has it is complete. */
  found: Import[];
  /** Addresses of what the space does not have, so that Terraform makes it. */
  missing: string[];
}

export interface ListImportsOptions {
  /** Of the package. */
  resources: readonly IndexedResource[];
  /** Name of the project that the package was made of. */
  template: string;
  space: OctopusSpace;
  /** The copy, whatever it is called. */
  project: OctopusDocument;
}

/**
 * What a copy's resources are in Terraform's state, found by the names that the package has for them: ids in the forms that version 1.17
 * of the provider takes (its `examples/resources/…/import.sh`, and `ImportState` in its source).
 */
export async function listImports({ resources, template, space, project }: ListImportsOptions): Promise<Imports> {
  const root = { kind: "project", key: [textOf(project, "Name")] };
  const { documents, graph } = await readGraph(space, root, { projects: [project] });
  const toOwn = (key: readonly string[]): string[] =>
    key.map((name, index) => (index === 0 && isSameName(name, template) ? textOf(project, "Name") : name));
  const taken = new Set<string>();
  const found: Import[] = [];
  const missing: string[] = [];
  for (const resource of resources.filter(({ address }) => !isSetting(address))) {
    const like = { kind: resource.kind, key: toOwn(resource.key) };
    const own = documents.find(({ kind, key }) => kind.id === like.kind && isSameKey(key, like.key));
    const node = graph.nodes.find(({ kind, key }) => kind === like.kind && isSameKey(key, like.key));
    const others = resources.filter(({ address }) => typeOf(address) === typeOf(resource.address));
    const id = own && findId(resource, { document: own.document, node, project, taken, others });
    if (id === undefined) missing.push(resource.address);
    else {
      taken.add(`${typeOf(resource.address)} ${id}`);
      found.push({ address: resource.address, id });
    }
  }
  const isProject = ({ address }: Import): boolean => typeOf(address) === "octopusdeploy_project";
  return { found: [...found.filter((one) => !isProject(one)), ...found.filter(isProject)], missing };
}

/** The imports as a file that stands beside those of the module, which Terraform 1.5 and newer reads. */
export function renderImports({ found, missing }: Imports, heading: readonly string[]): string {
  const notes = [
    ...heading,
    ...(missing.length === 0 ? [] : ["", "The space does not have these, so Terraform makes them:"]),
    ...missing.map((address) => `  ${address}`),
  ];
  const blocks = found.map(({ address, id }) => ({ type: "import", attributes: { to: expression(address), id } }));
  return `${notes.map((line) => `# ${line}`.trimEnd()).join("\n")}\n\n${renderBlocks(blocks)}`;
}

function typeOf(address: string): string {
  return address.split(".")[0] ?? "";
}

/** What is no document of its own, so that setting it anew is the same as importing it. */
function isSetting(address: string): boolean {
  return ["octopusdeploy_project_versioning_strategy", "octopusdeploy_built_in_trigger"].includes(typeOf(address));
}

function isSameKey(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => isSameName(name, other[index] ?? ""));
}

interface Place {
  document: OctopusDocument;
  /** The same in names. */
  node: GraphNode | undefined;
  project: OctopusDocument;
  /** By type, ids that other resources have already. */
  taken: ReadonlySet<string>;
  /** Of the same type. */
  others: readonly IndexedResource[];
}

function findId(resource: IndexedResource, place: Place): string | undefined {
  const type = typeOf(resource.address);
  if (type === "octopusdeploy_variable") return findVariable(resource, place);
  if (/^octopusdeploy_process_.*step/.test(type) && type !== "octopusdeploy_process_steps_order")
    return findStep(resource, place);
  // Its values are known by the tenant, the template and the environment, and the provider has no one form for them.
  return type.startsWith("octopusdeploy_tenant_") ? undefined : place.document.Id;
}

function findStep({ address, part = [] }: IndexedResource, { document }: Place): string | undefined {
  const [stepName = "", actionName] = part;
  const step = findNamed(objectsOf(document, "Steps"), stepName);
  if (step === undefined) return undefined;
  const ids = [document.Id, textOf(step, "Id")];
  if (actionName === undefined || typeOf(address).endsWith("_order")) return ids.join(":");
  const action = findNamed(objectsOf(step, "Actions"), actionName);
  return action === undefined ? undefined : [...ids, textOf(action, "Id")].join(":");
}

function findNamed(items: readonly JsonObject[], name: string): JsonObject | undefined {
  return items.find((item) => isSameName(textOf(item, "Name"), name));
}

/** By name and scope; by the name alone where it has one value on both sides. */
function findVariable(
  resource: IndexedResource,
  { document, node, project, taken, others }: Place,
): string | undefined {
  const [name = "", scope] = resource.part ?? [];
  const inNames = objectsOf(node?.body ?? {}, "Variables").filter((variable) =>
    isSameName(textOf(variable, "Name"), name),
  );
  const isFree = (id: string): boolean => !taken.has(`${typeOf(resource.address)} ${id}`);
  const ids = new Map(
    objectsOf(document, "Variables").map((variable) => [identify(textOf(variable, "Id")), textOf(variable, "Id")]),
  );
  const toId = (variable: JsonObject): string =>
    `${ownerOf(document, project)}:${ids.get(identityOf(variable) ?? "") ?? ""}`;
  const same = inNames.filter((variable) => JSON.stringify(listScope(variable)) === scope).map(toId);
  const alike = others.filter(
    ({ kind, key, part }) => kind === resource.kind && isSameKey(key, resource.key) && part?.[0] === name,
  );
  const only = inNames.length === 1 && alike.length === 1 ? inNames.map(toId) : [];
  return [...same, ...only].find((id) => !id.endsWith(":") && isFree(id));
}

/** What the variables belong to: the project, or a library variable set. */
function ownerOf(document: OctopusDocument, project: OctopusDocument): string {
  return textOf(document, "OwnerId") || project.Id;
}
