import { managedTenant, managementParameters, signInParameters } from "../../lib/octopus/connection-parameters.ts";
import { connect, connectToManagement } from "../../lib/octopus/connect.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during } from "../../lib/step/errors.ts";
import { checkbox, lines, text, url } from "../../lib/step/parameters.ts";
import { createSpace } from "./create-space.ts";

export const step = defineStep({
  id: "5d1f4b0a-6c83-4c55-9a5e-0a2f3f1c7b01",
  name: "Managed Spaces - Create Space",
  version: 1,
  prefix: "CreateSpace",
  description:
    "Makes the space that the tenant of this run stands for, on the tenant's instance, and records its id in the tenant's variable `ManagedTenant.Octopus.SpaceId`. " +
    "Safe to run again: the recorded space is found and kept as it is.",

  parameters: {
    serverUrl: url({
      label: "Octopus Server URL",
      help: "The instance on which the space is made.",
      default: "#{ManagedTenant.Octopus.Url}",
    }),
    ...signInParameters({
      ...managedTenant,
      help: "A key for that instance whose user may create spaces (the permission `SpaceCreate`).",
    }),
    spaceName: text({
      label: "Space Name",
      help: "By default the tenant's name.",
      default: "#{Octopus.Deployment.Tenant.Name}",
    }),
    spaceDescription: text({ label: "Space Description", help: "Shown below the space's name.", optional: true }),
    managerTeams: lines({
      label: "Space Manager Teams",
      help: "Names or ids of the teams that manage the space, one a line.",
      default: "teams-administrators",
    }),
    managerUsers: lines({
      label: "Space Manager Users",
      help: "Usernames or ids of the users that manage the space, one a line. The user of the API key when neither teams nor users are named.",
    }),
    adoptExisting: checkbox({
      label: "Adopt an Existing Space",
      help: "Whether a space that has the name already, and that no tenant has recorded, becomes this tenant's space.",
      default: false,
    }),
    ...managementParameters({
      instance: "that this step runs on",
      may: "edit tenants (`TenantEdit`) and view variable sets (`LibraryVariableSetView`)",
      space: "that holds the tenant",
    }),
    tenantId: text({
      label: "Tenant",
      help: "Id of the tenant that stands for the space.",
      default: "#{Octopus.Deployment.Tenant.Id}",
    }),
    onlyPlan: checkbox({ label: "Only Plan", help: "Says what would be done and changes nothing.", default: false }),
  },

  outputs: {
    SpaceId: "Id of the space, such as `Spaces-42`. Empty when it does not exist yet and the step only plans.",
    Created: "`True` when this run made the space.",
  },

  examples: [
    { title: "The space of the tenant that the run is for", parameters: {} },
    { title: "A space that a team already works in", parameters: { adoptExisting: "True" } },
  ],

  async run({ input, log, setOutput, mask, signal, readVariable }) {
    const management = connectToManagement(input, { log, mask, signal, readVariable });
    const instance = connect(input, { log, mask, signal, readVariable });

    const outcome = await during(`create the space "${input.spaceName}"`, () =>
      createSpace({ input, management, instance, log, signal }),
    );

    setOutput("SpaceId", outcome.spaceId);
    setOutput("Created", outcome.isCreated ? "True" : "False");
    log.highlight(outcome.summary);
  },
});
