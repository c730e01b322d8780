import { connect } from "../../lib/octopus/connect.ts";
import { managedTenant, signInParameters } from "../../lib/octopus/connection-parameters.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during } from "../../lib/step/errors.ts";
import { checkbox, packageReference, secret, text, url } from "../../lib/step/parameters.ts";
import { readAhead } from "../../lib/step/read-ahead.ts";
import { readProjectName } from "../../lib/step/read-project-name.ts";
import { listSecrets, readEnvironment } from "./read-environment.ts";

export const step = defineStep({
  id: "c1f7a9e4-2b60-4d3c-8e15-9a40b7d2c6f8",
  name: "Managed Spaces - Prepare Terraform State",
  version: 1,
  prefix: "PrepareTerraformState",
  description:
    "Stands before a step that applies the Terraform module of a project's package. Makes the database of the backend pg where it is missing, and stops where the state of a copy was lost: Terraform would make the project a second time. Then it tells, and can do, what takes the project into the state. The worker needs Terraform 1.7 or newer.",

  parameters: {
    package: packageReference({ label: "Package", help: "The package whose module is to be applied." }),
    serverUrl: url({
      label: "Octopus Server URL",
      help: "The instance with the managed space.",
      default: "#{ManagedTenant.Octopus.Url}",
    }),
    ...signInParameters({
      ...managedTenant,
      help: "A key for that instance whose user may view what the package has in the managed space.",
    }),
    spaceId: text({
      label: "Space",
      help: "Id or name of the space that Terraform applies the module to.",
      default: "#{ManagedTenant.Octopus.SpaceId}",
    }),
    projectName: text({
      label: "Project Name",
      help: "What the copy is called. Blank, or a variable without a value, for the name of the template.",
      default: "#{Exported.Project.Name}",
      optional: true,
      keepTokens: true,
    }),
    terraformBackend: text({ label: "Terraform Backend", help: "Type of the backend with the states, such as `pg`." }),
    initParameters: text({
      label: "Init Parameters",
      help: 'What `terraform init` gets besides, as the step that applies the module has it: `-backend-config="schema_name=states"`. No secrets: other users of the worker can read them.',
      optional: true,
    }),
    environment: secret({
      label: "Environment",
      help: 'By name, the environment variables by which Terraform gets the backend\'s secrets, as JSON: `{"PG_CONN_STR": "#{TerraformState.PG_CONN_STR | JsonEscape}"}`. Those without a value are not set.',
      optional: true,
    }),
    workspace: text({
      label: "Workspace",
      help: "The workspace that the module is applied in. Blank for a backend without workspaces.",
      optional: true,
    }),
    importLost: checkbox({
      label: "Import What Terraform Lost",
      help: "Take a project that the space has, and the state does not, into the state, with all that the package has of it. Nothing in the space is changed by that.",
      default: false,
    }),
    onlyPlan: checkbox({
      label: "Only Plan",
      help: "Look, and make or import nothing.",
      default: false,
    }),
  },

  outputs: {
    State:
      "`there`, `new` where there is neither state nor project, `lost`, `imported`, or `unknown` where Terraform could not look.",
  },

  examples: [
    {
      title: "States in PostgreSQL",
      parameters: {
        terraformBackend: "pg",
        environment: '{"PG_CONN_STR": "#{TerraformState.PG_CONN_STR | JsonEscape}"}',
        workspace: "#{Octopus.Deployment.Tenant.Id}_hello_world",
      },
    },
  ],

  async run({ input, log, setOutput, attach, mask, signal, workingDirectory, readVariable }) {
    const environment = readEnvironment(input.environment);
    const secrets = listSecrets(environment);
    for (const one of secrets) mask(one);
    const octopus = connect(input, { log, mask, signal, readVariable });
    const opening = readAhead(openSpace(octopus, input.spaceId));
    const { prepareState } = await import("./prepare-state.ts");

    const state = await during(
      `prepare the Terraform state of "${input.package.id}.${input.package.version}"`,
      async () => {
        await warnOfOldServers([octopus], log);
        return prepareState({
          ...input,
          backend: input.terraformBackend,
          projectName: readProjectName(input.projectName),
          workspace: input.workspace ?? "",
          initParameters: input.initParameters ?? "",
          environment,
          hide: (said) => secrets.reduce((text_, one) => text_.replaceAll(one, "****"), said),
          openSpace: () => opening,
          readSignIn: async () => ({
            TF_VAR_octopus_server: octopus.url,
            TF_VAR_octopus_apikey: input.apiKey ?? "",
            TF_VAR_octopus_access_token: (await octopus.readAccessToken()) ?? "",
          }),
          log,
          attach,
          workingDirectory,
          signal,
        });
      },
    );
    setOutput("State", state);
  },
});
