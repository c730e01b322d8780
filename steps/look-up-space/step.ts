import { textOf } from "../../lib/model/json.ts";
import { managedTenant, managementParameters, signInParameters } from "../../lib/octopus/connection-parameters.ts";
import { connect, connectToManagement } from "../../lib/octopus/connect.ts";
import type { OctopusClient, OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { isPlaceholder, openSpace } from "../../lib/octopus/spaces.ts";
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
    "Gives the id of the space that a tenant stands for as an output variable. A value that an earlier step of the same run recorded in the tenant is not seen by that run; this step reads it afresh. " +
    "Where the tenant has no space yet, it can have the runbook that makes spaces run first.",

  parameters: {
    serverUrl: url({
      label: "Octopus Server URL",
      help: "The instance with the space.",
      default: "#{ManagedTenant.Octopus.Url}",
    }),
    ...signInParameters({ ...managedTenant, help: "A key for that instance whose user may view the space." }),
    ...managementParameters({
      instance: "that this step runs on",
      may: "view tenants (`TenantView`) and variable sets (`LibraryVariableSetView`), and where missing spaces are made run that runbook (docs/spaces.md)",
      space: "that holds the tenant",
    }),
    tenantId: text({ label: "Tenant", help: "Id of the tenant.", default: "#{Octopus.Deployment.Tenant.Id}" }),
    giveAccessToken: checkbox({
      label: "Give an Access Token",
      help: "Whether later steps get the token that the step has as a service account, such as those that apply Terraform modules.",
      default: false,
    }),
    makeMissing: checkbox({
      label: "Make a Missing Space",
      help: "Whether a tenant that has no space recorded gets one first, made and filled by the runbook below: this step starts it for the tenant, or joins a run that is under way, and waits for it. A recorded space that is gone is not made again.",
      default: false,
    }),
    spaceRunbook: text({
      label: "Space Runbook",
      help: "The runbook of the management space that makes and fills spaces.",
      default: "__ Create Client Space",
    }),
    spaceRunbookProject: text({
      label: "Project of the Space Runbook",
      help: "The project that has this runbook. It is another one than that of this run.",
      default: "__ Client Space",
    }),
    spaceRunbookEnvironment: text({
      label: "Environment of the Space Runbook",
      help: "Name of the environment in which that runbook is run.",
      default: "#{Octopus.Environment.Name}",
      optional: true,
      mayBeUnresolved: true,
    }),
    onlyPlan: checkbox({
      label: "Only Plan",
      help: "Says which runbook would make a missing space, and runs none. This step changes nothing else.",
      default: false,
    }),
  },

  outputs: {
    SpaceId: "Id of the space, such as `Spaces-42`. Empty when it does not exist yet and the step only plans.",
    SpaceName: "Name of the space.",
    AccessToken: "The token, or nothing.",
  },

  examples: [
    { title: "The space of the tenant that the run is for", parameters: {} },
    { title: "The same, and the space is made first where the tenant has none", parameters: { makeMissing: "True" } },
  ],

  async run({ input, log, setOutput, mask, readVariable, signal, now }) {
    const management = connectToManagement(input, { log, mask, signal, readVariable });
    const instance = connect(input, { log, mask, signal, readVariable });

    const found = await during(`look up the space of the tenant "${input.tenantId}"`, async () => {
      const upstream = await openSpace(management, input.managementSpaceId);
      await warnOfOldServers([management, instance], log);
      const tenant = await upstream.find(`/tenants/${encodeURIComponent(input.tenantId)}`);
      if (tenant === undefined)
        throw new NotFoundError(
          `There is no tenant "${input.tenantId}" in the space "${upstream.name}". Run the runbook for a tenant; an untenanted run has none.`,
        );
      const template = await getCommonTemplate(upstream, "ManagedTenant.Octopus.SpaceId");
      const readRecorded = (): Promise<string> => readCommonValue(upstream, tenant.Id, template);
      const tenantName = textOf(tenant, "Name");
      const recorded = await readRecorded();
      if (!input.makeMissing) return { space: await openSpace(instance, recorded), tenantName };

      const isMissing = isPlaceholder(recorded);
      if (isMissing && input.onlyPlan) return { space: undefined, tenantName };
      const making = {
        upstream,
        tenant,
        readRecorded,
        log,
        signal,
        now,
        environment: input.spaceRunbookEnvironment,
        runbookName: input.spaceRunbook,
        projectName: input.spaceRunbookProject,
      };
      if (isMissing) {
        const { haveSpaceMade } = await import("./later.ts");
        return { space: await openSpace(instance, await haveSpaceMade(making)), tenantName };
      }
      const others = await listOtherRuns(upstream, tenant.Id, readVariable("Octopus.Task.Id"));
      if (others.length > 0 && !input.onlyPlan) await (await import("./later.ts")).waitUntilFilled(making);
      return { space: await openRecorded(instance, recorded), tenantName };
    });

    const { space, tenantName } = found;
    setOutput("SpaceId", space?.id ?? "");
    setOutput("SpaceName", space?.name ?? "");
    if (input.giveAccessToken) setOutput("AccessToken", (await instance.readAccessToken()) ?? "", { sensitive: true });
    log.highlight(
      space === undefined
        ? `The tenant "${tenantName}" has no space yet. Would run "${input.spaceRunbook}" of "${input.spaceRunbookProject}" for it first, which makes one.`
        : `The tenant "${tenantName}" stands for the space [${space.name}](${instance.url}/app#/${space.id}) (${space.id}).`,
    );
  },
});

/** What runs for the tenant besides this: one request, so that those who need to look closer are few. */
async function listOtherRuns(
  upstream: OctopusSpace,
  tenantId: string,
  own: string | undefined,
): Promise<OctopusDocument[]> {
  const tasks = await upstream.list("/tasks", { name: "RunbookRun", tenant: tenantId, states: ["Executing"] });
  return tasks.filter(({ Id: id }) => id !== own);
}

/** What people deleted is theirs to have made again. */
async function openRecorded(instance: OctopusClient, recorded: string): Promise<OctopusSpace> {
  try {
    return await openSpace(instance, recorded);
  } catch (error) {
    if (error instanceof NotFoundError)
      error.message += ` A space that is recorded and gone is not made again by itself: clear the tenant's ManagedTenant.Octopus.SpaceId to have a new one made.`;
    throw error;
  }
}
