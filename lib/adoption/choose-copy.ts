import type { Manifest } from "../graph/manifest.ts";
import type { GraphNode, Target } from "../model/graph.ts";
import { isSameName } from "../octopus/same-name.ts";
import { getKind } from "../resources/index.ts";
import { ConflictError, NotFoundError } from "../step/errors.ts";
import { joinLabels } from "../terraform/names.ts";
import type { StateResource, TerraformState } from "../terraform/read-state.ts";

/** A state, and what sentences call it. */
export interface NamedState extends TerraformState {
  source: string;
}

/** The resources of a kind that the state manages. */
export function listOfKind({ resources }: TerraformState, kind: string): StateResource[] {
  return resources.filter(({ type }) => type === `octopusdeploy_${kind}`);
}

/** Whether a resource of a state is what a module of ours, or of octoterra, makes of this: by its label, or by its name. */
export function isMadeOf({ label, name }: Pick<StateResource, "label" | "name">, { kind, key }: Target): boolean {
  return label === `${kind}_${joinLabels(...key)}` || isSameName(name, key.at(-1) ?? "");
}

/**
 * The project or the runbook that is the copy of a package.
 * @param name - as the state has it, where somebody says which it is
 * @throws {@link NotFoundError} when the state has none, {@link ConflictError} when it may be several
 */
export function chooseCopy(state: NamedState, root: Target, name: string | undefined): StateResource {
  const all = listOfKind(state, root.kind);
  const plural = `${root.kind}s`;
  const [first] = all;
  if (first === undefined)
    throw new NotFoundError(
      `The state "${state.source}" has no ${root.kind}. Give the state of the workspace in which Terraform made the copy.`,
    );
  const fitting = all.filter((one) => (name === undefined ? isMadeOf(one, root) : isSameName(one.name, name)));
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only;
  const given = (another === undefined ? all : fitting).map((one) => `"${one.name}" (${one.id})`).join(", ");
  const template = `"${root.key.at(-1) ?? ""}"`;
  if (another !== undefined)
    throw new ConflictError(
      `The state "${state.source}" has several ${plural} that may be copies of ${template}: ${given}. Say which with --copy, or give the state of one copy.`,
    );
  throw new NotFoundError(
    name === undefined
      ? `The state "${state.source}" has no copy of ${template}: its ${plural} are ${given}. Say which one it is with --copy, where the template was renamed, or choose the package of another template with --package.`
      : `The state "${state.source}" has no ${root.kind} "${name}": its ${plural} are ${given}. Check --copy.`,
  );
}

/** What a module makes and a package names alike: of these the state tells which document each is, whatever people call it by now. */
const told = ["project", "runbook", "channel"];

/** By nodes of the package, the ids that the state has for them. */
export function listMade(state: TerraformState, { graph }: Manifest): { node: GraphNode; id: string }[] {
  return graph.nodes
    .filter(({ kind }) => told.includes(kind))
    .flatMap((node) => {
      const [only, another] = listOfKind(state, node.kind).filter((one) => isMadeOf(one, node));
      return only === undefined || another !== undefined || only.id === "" ? [] : [{ node, id: only.id }];
    });
}

/** The step templates of the package that the state manages. */
export function listMadeTemplates(state: TerraformState, { graph }: Manifest): GraphNode[] {
  const names = listOfKind(state, "step_template").map(({ name }) => name);
  return graph.nodes.filter(
    ({ kind, key: [own = ""] }) => getKind(kind).isVersioned === true && names.some((name) => isSameName(name, own)),
  );
}
