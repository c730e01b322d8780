import { createHash } from "node:crypto";
import type { Document, OctopusUser } from "./octopus-user.ts";

/** The environments of the template project, and the database passwords that it has there. */
export const passwords: Readonly<Record<string, string>> = {
  Development: "dev: p@ss 'word' #1",
  Test: 'test: "quoted" ${HOME} %{if}',
  Production: "prod: ünïcödé 🐙 \\ tail",
};

/** What the deployed project prints instead of a password: enough to see that it is the right one, and no more. */
export function fingerprint(password: string): string {
  return createHash("sha256").update(password).digest("hex").slice(0, 12);
}

const greet = 'echo "Hello $(get_octopusvariable "Hello.Target")"';
const testSecret = `environment="$(get_octopusvariable "Octopus.Environment.Name")"
password="$(get_octopusvariable "Database[$environment].Password")"
if [ -z "$password" ]; then fail_step "The database password of $environment did not arrive."; fi
echo "The database password of $environment arrived: $(printf '%s' "$password" | openssl dgst -sha256 -r | cut -c1-12)"
`;

/** What somebody builds in the Octopus UI: environments, a lifecycle, and the project Hello World with its two script steps. */
export async function buildHelloWorld(user: OctopusUser): Promise<void> {
  const environments: Record<string, Document> = {};
  for (const name of ["Development", "Test", "Production", "Sync"])
    environments[name] = await user.create("/environments", { Name: name });
  const idOf = (name: string): string => environments[name]?.Id ?? "";

  const lifecycle = await user.create("/lifecycles", {
    Name: "Simple",
    Phases: Object.keys(passwords).map((name) => ({
      Name: name,
      OptionalDeploymentTargets: [idOf(name)],
      AutomaticDeploymentTargets: [],
    })),
  });
  const group = await user.create("/projectgroups", { Name: "Hello World" });
  const project = await user.create("/projects", {
    Name: "Hello World",
    Description: "Greets, and tests that its secrets are there.",
    LifecycleId: lifecycle.Id,
    ProjectGroupId: group.Id,
    TenantedDeploymentMode: "TenantedOrUntenanted",
  });

  const process = await user.get(`/projects/${project.Id}/deploymentprocesses`);
  await user.update(`/projects/${project.Id}/deploymentprocesses`, {
    ...process,
    Steps: [scriptStep("Hello world", greet), scriptStep("Secret Scoped Variable Test", testSecret)],
  });

  const variables = await user.get(`/variables/variableset-${project.Id}`);
  await user.update(`/variables/variableset-${project.Id}`, {
    ...variables,
    Variables: [
      { Name: "Hello.Target", Value: "World", Type: "String", Scope: {} },
      { Name: "Private.Hello.From", Value: "the management space", Type: "String", Scope: {} },
      ...Object.entries(passwords).map(([name, password]) => ({
        Name: `Database[${name}].Password`,
        Value: password,
        Type: "Sensitive",
        IsSensitive: true,
        Scope: { Environment: [idOf(name), idOf("Sync")] },
      })),
    ],
  });
}

/** A step with one Bash script. */
export function scriptStep(name: string, body: string): Record<string, unknown> {
  const properties = {
    "Octopus.Action.RunOnServer": "true",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": body,
  };
  return {
    Name: name,
    StartTrigger: "StartAfterPrevious",
    Condition: "Success",
    Actions: [{ Name: name, ActionType: "Octopus.Script", Properties: properties }],
  };
}
