import { textOf } from "../../lib/model/json.ts";
import { managedTenant, managementParameters, signInParameters } from "../../lib/octopus/connection-parameters.ts";
import { connect, connectToManagement } from "../../lib/octopus/connect.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { getCommonTemplate } from "../../lib/octopus/common-template.ts";
import { readCommonValue } from "../../lib/octopus/tenant-variables.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during, NotFoundError } from "../../lib/step/errors.ts";
import { checkbox, text, url } from "../../lib/step/parameters.ts";

export const step = defineStep({
  id: "5d1f4b0a-6c83-4c55-9a5e-0a2f3f1c7b02",
  name: "Managed Spaces - Look Up Space",
  version: 1,
  prefix: "LookUpSpace",
  description:
    "Gives the id of the space that a tenant stands for as an output variable. A value that an earlier step of the same run recorded in the tenant is not seen by that run; this step reads it afresh.",

  parameters: {
    serverUrl: url({
      label: "Octopus Server URL",
      help: "The instance with the space.",
      default: "#{ManagedTenant.Octopus.Url}",
    }),
    ...signInParameters({ ...managedTenant, help: "A key for that instance whose user may view the space." }),
    ...managementParameters({
      instance: "that this step runs on",
      may: "view tenants (`TenantView`) and variable sets (`LibraryVariableSetView`)",
      space: "that holds the tenant",
    }),
    tenantId: text({ label: "Tenant", help: "Id of the tenant.", default: "#{Octopus.Deployment.Tenant.Id}" }),
    giveAccessToken: checkbox({
      label: "Give an Access Token",
      help: "Whether later steps get the token that the step has as a service account, such as those that apply Terraform modules.",
      default: false,
    }),
    onlyPlan: checkbox({ label: "Only Plan", help: "This step never changes anything.", default: false }),
  },

  outputs: {
    SpaceId: "Id of the space, such as `Spaces-42`.",
    SpaceName: "Name of the space.",
    AccessToken: "The token, or nothing.",
  },

  examples: [{ title: "The space of the tenant that the run is for", parameters: {} }],

  async run({ input, log, setOutput, mask, signal, readVariable }) {
    const management = connectToManagement(input, { log, mask, signal, readVariable });
    const instance = connect(input, { log, mask, signal, readVariable });

    const { space, tenantName } = await during(`look up the space of the tenant "${input.tenantId}"`, async () => {
      const upstream = await openSpace(management, input.managementSpaceId);
      await warnOfOldServers([management, instance], log);
      const tenant = await upstream.find(`/tenants/${encodeURIComponent(input.tenantId)}`);
      if (tenant === undefined)
        throw new NotFoundError(
          `There is no tenant "${input.tenantId}" in the space "${upstream.name}". Run the runbook for a tenant; an untenanted run has none.`,
        );
      const template = await getCommonTemplate(upstream, "ManagedTenant.Octopus.SpaceId");
      const recorded = await readCommonValue(upstream, tenant.Id, template);
      return { space: await openSpace(instance, recorded), tenantName: textOf(tenant, "Name") };
    });

    setOutput("SpaceId", space.id);
    setOutput("SpaceName", space.name);
    if (input.giveAccessToken) setOutput("AccessToken", (await instance.readAccessToken()) ?? "", { sensitive: true });
    log.highlight(
      `The tenant "${tenantName}" stands for the space [${space.name}](${instance.url}/app#/${space.id}) (${space.id}).`,
    );
  },
});
