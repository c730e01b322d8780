import { demandRehearsal, findRehearsal } from "../../lib/deployment/rehearsal-record.ts";
import { connect } from "../../lib/octopus/connect.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import type { StepContext } from "../../lib/step/define-step.ts";
import { during, ParameterError } from "../../lib/step/errors.ts";
import type { PackageReference } from "../../lib/step/parameters.ts";

export interface DemandInput {
  package: PackageReference;
  demandRehearsal: "no" | "day" | "week" | "any";
  managementServerUrl: string | undefined;
  managementApiKey: string | undefined;
  managementServiceAccountId: string | undefined;
  managementOidcToken: string | undefined;
  managementSpaceId: string | undefined;
}

type Run = Pick<StepContext, "log" | "mask" | "readVariable" | "signal"> & { now: Date };

const hours: Record<DemandInput["demandRehearsal"], number | undefined> = {
  no: undefined,
  day: 24,
  week: 7 * 24,
  any: undefined,
};

/** @throws unless the newest rehearsal of the package says that no space refuses this version */
export async function demandRehearsalOf(input: DemandInput, run: Run): Promise<void> {
  const { managementServerUrl: serverUrl, managementSpaceId: spaceId } = input;
  if (serverUrl === undefined || spaceId === undefined)
    throw new ParameterError(
      `A rehearsal is demanded, and ${serverUrl === undefined ? '"Management Server URL"' : '"Management Space"'} does not tell where it was. Enter that, or set "Demand a Rehearsal" to no.`,
    );
  const octopus = connect(
    {
      serverUrl,
      apiKey: input.managementApiKey,
      serviceAccountId: input.managementServiceAccountId,
      oidcToken: input.managementOidcToken,
    },
    run,
  );
  const record = await during(`look up the rehearsal of the package "${input.package.id}"`, async () =>
    findRehearsal(await openSpace(octopus, spaceId), input.package.id),
  );
  demandRehearsal(record, {
    package: input.package,
    maximumAge: hours[input.demandRehearsal],
    tenantId: run.readVariable("Octopus.Deployment.Tenant.Id"),
    now: run.now,
  });
}
