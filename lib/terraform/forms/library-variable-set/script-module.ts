import type { GraphNode, Target } from "../../../model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import type { HclBlock } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";

/** Packages of earlier versions have it among library variable sets. */
export function isScriptModule({ kind, body }: GraphNode): boolean {
  return kind === "scriptModule" || textOf(body, "ContentType") === "ScriptModule";
}

/** The module whose variables these are; undefined for those of a project and of a usual library variable set. */
export function findScriptModule({ owner }: GraphNode, module: TerraformModule): GraphNode | undefined {
  if (owner === undefined) return undefined;
  return module.ofProject(owner.key[0] ?? "").find((node) => isOf(owner, node) && isScriptModule(node));
}

/** What a script module is lies in two variables of its set. */
export function toScript(node: GraphNode, module: TerraformModule): HclBlock {
  const near = module.ofProject(node.key[0] ?? "");
  const set = near.find(({ kind, owner }) => kind === "variableSet" && isOf(owner, node));
  const valueOf = (prefix: string) => findByName(objectsOf(set?.body ?? {}, "Variables"), prefix)?.["Value"] ?? "";
  return {
    type: "script",
    attributes: {
      body: module.value(valueOf("Octopus.Script.Module["), node),
      syntax: module.value(valueOf("Octopus.Script.Module.Language["), node) ?? "PowerShell",
    },
  };
}

/** The variables of a module's set that are the module. */
export function isOfScript(variable: JsonObject): boolean {
  return /^Octopus\.Script\.Module(\.Language)?\[/.test(textOf(variable, "Name"));
}

function isOf(owner: Target | undefined, node: GraphNode): boolean {
  return owner?.kind === node.kind && owner.key[0] === node.key[0];
}

function findByName(variables: JsonObject[], prefix: string): JsonObject | undefined {
  return variables.find((variable) => textOf(variable, "Name").startsWith(prefix));
}
