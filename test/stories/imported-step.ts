import type { OctopusUser } from "../../examples/demo/octopus-user.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";

/** A project with a runbook of one step. @returns the id of the runbook's process */
export async function addRunbook(user: OctopusUser, action: JsonObject): Promise<string> {
  const lifecycle = (await user.list("/lifecycles"))[0]?.Id;
  const group = (await user.list("/projectgroups"))[0]?.Id;
  const project = await user.create("/projects", {
    Name: "Hello World",
    LifecycleId: lifecycle,
    ProjectGroupId: group,
  });
  const runbook = await user.create("/runbooks", { Name: "Pack", ProjectId: project.Id });
  const process = await user.get(`/runbookProcesses/${String(runbook["RunbookProcessId"])}`);
  const body = { ...process, Steps: [{ Name: "Pack", Actions: [action] }] };
  return (await user.update(`/runbookProcesses/${process.Id}`, body)).Id;
}

/** What the portal makes of a template and of its form: the template's properties, and each parameter's value or default. */
export function toAction(
  template: Record<string, unknown>,
  { prefix, form }: { prefix: string; form: Record<string, string> },
): JsonObject {
  const document: JsonObject = JSON.parse(JSON.stringify(template));
  const values = objectsOf(document, "Parameters").map((parameter): [string, string] => {
    const name = textOf(parameter, "Name");
    return [name, form[name.slice(prefix.length + 1)] ?? textOf(parameter, "DefaultValue")];
  });
  return {
    Name: "Pack",
    ActionType: textOf(document, "ActionType"),
    Packages: document["Packages"] ?? [],
    Properties: {
      ...(isJsonObject(document["Properties"]) ? document["Properties"] : {}),
      ...Object.fromEntries(values),
      "Octopus.Action.Template.Id": textOf(document, "Id"),
      "Octopus.Action.Template.Version": String(document["Version"]),
    },
  };
}
