import { scriptStep } from "./hello-world.ts";
import { templateRepository, type DemoGitHost } from "./git-host.ts";
import type { Document, OctopusUser } from "./octopus-user.ts";

export const projectName = "Hello World CaC";

const main = encodeURIComponent("refs/heads/main");

/** What somebody builds in the Octopus UI and then moves to Git: a manual intervention in Production, and a script step. */
export async function buildHelloWorldCac(
  user: OctopusUser,
  { url, token }: Pick<DemoGitHost, "url" | "token">,
): Promise<void> {
  const [production, lifecycle, group] = [
    await user.find("/environments", "Production"),
    await user.find("/lifecycles", "Simple"),
    await user.find("/projectgroups", "Hello World"),
  ];
  const credential = await user.create("/git-credentials", {
    Name: "Git",
    Details: { Type: "UsernamePassword", Username: "x-access-token", Password: { HasValue: true, NewValue: token } },
  });
  const project = await user.create("/projects", {
    Name: projectName,
    Description: "Greets from Git.",
    LifecycleId: lifecycle?.Id,
    ProjectGroupId: group?.Id,
    TenantedDeploymentMode: "TenantedOrUntenanted",
  });
  const process = await user.get(`/projects/${project.Id}/deploymentprocesses`);
  await user.update(`/projects/${project.Id}/deploymentprocesses`, {
    ...process,
    Steps: [approval(production?.Id ?? ""), scriptStep("Hello world", greet("Hello world"))],
  });
  await user.create(`/projects/${project.Id}/git/convert`, {
    CommitMessage: "Move to Git",
    VersionControlSettings: {
      Type: "VersionControlled",
      Url: `${url}/${templateRepository}.git`,
      DefaultBranch: "main",
      BasePath: ".octopus/hello-world",
      ProtectedDefaultBranch: false,
      ProtectedBranchNamePatterns: [],
      Credentials: { Type: "Reference", Id: credential.Id },
    },
  });
}

/** Edits the greeting in the process editor, and commits to the default branch. */
export async function changeGreeting(user: OctopusUser, greeting: string): Promise<void> {
  const project = await user.find("/projects", projectName);
  const path = `/projects/${project?.Id}/${main}/deploymentprocesses`;
  const process = await user.get(path);
  const steps: unknown = process["Steps"];
  const text = JSON.stringify(steps).replace(/echo \\"[^"\\]*\\"/, JSON.stringify(greet(greeting)).slice(1, -1));
  const Steps: unknown = JSON.parse(text);
  await user.update(path, { ...process, Steps, ChangeDescription: `Greet with "${greeting}"` });
}

/** What a deployment to Development prints. */
export async function deployGreeting(user: OctopusUser): Promise<string> {
  const { log } = await user.deploy(projectName, "Development", { gitRef: "refs/heads/main" });
  const [, greeting] = /\|\s*(Hello[^\n|]*|Good[^\n|]*|Bonjour[^\n|]*)$/m.exec(log) ?? [];
  return greeting?.trim() ?? "";
}

function greet(text: string): string {
  return `echo "${text}"`;
}

function approval(productionId: string): Partial<Document> {
  const properties = {
    "Octopus.Action.RunOnServer": "true",
    "Octopus.Action.Manual.Instructions": "May this go to Production?",
    "Octopus.Action.Manual.ResponsibleTeamIds": "",
    "Octopus.Action.Manual.BlockConcurrentDeployments": "False",
  };
  return {
    Name: "Approve",
    Actions: [{ Name: "Approve", ActionType: "Octopus.Manual", Environments: [productionId], Properties: properties }],
  };
}
