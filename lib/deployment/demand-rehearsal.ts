import { ownKey } from "../octopus/api-key.ts";
import { connect } from "../octopus/connect.ts";
import { openSpace } from "../octopus/spaces.ts";
import type { StepContext } from "../step/define-step.ts";
import { ConflictError, during, ParameterError } from "../step/errors.ts";
import { findRehearsal, type RehearsalRecord } from "./rehearsal-record.ts";

/** What `rehearsalParameters` ask for, and whether anything is written at all. */
export interface DemandInput {
  demandRehearsal: "no" | "day" | "week" | "any";
  managementServerUrl: string | undefined;
  managementApiKey: string | undefined;
  managementServiceAccountId: string | undefined;
  managementOidcToken: string | undefined;
  managementSpaceId: string | undefined;
  onlyPlan: boolean;
}

/** What is deployed, as a rehearsal of it is recorded. */
export interface Rehearsed {
  /** What sentences call it. */
  what: "package" | "baseline";
  id: string;
  version: string;
}

type Run = Pick<StepContext, "log" | "mask" | "readVariable" | "signal" | "now">;

const hours: Record<DemandInput["demandRehearsal"], number | undefined> = {
  no: undefined,
  day: 24,
  week: 7 * 24,
  any: undefined,
};

/**
 * Does nothing where none is demanded, or nothing is written.
 * @throws {@link ConflictError} unless the newest rehearsal is of that version, young enough, and without a refusal
 */
export async function demandRehearsal(input: DemandInput, rehearsed: Rehearsed, run: Run): Promise<void> {
  if (input.demandRehearsal === "no" || input.onlyPlan) return;
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
    ownKey("Management"),
  );
  const { what, id, version } = rehearsed;
  const record = await during(`look up the rehearsal of the ${what} "${id}"`, async () =>
    findRehearsal(await openSpace(octopus, spaceId), id),
  );
  const reason = whyNot(record, {
    version,
    maximumAge: hours[input.demandRehearsal],
    tenantId: run.readVariable("Octopus.Deployment.Tenant.Id"),
    now: run.now(),
  });
  if (reason === undefined) return;
  throw new ConflictError(
    `The ${what} "${id}" may not be deployed in version ${version}: ${reason}. Rehearse that version and solve what it tells, or set "Demand a Rehearsal" to no.`,
  );
}

interface Demand {
  version: string;
  /** Hours; undefined for any age. */
  maximumAge: number | undefined;
  /** Id of the run's tenant, where it has one. */
  tenantId: string | undefined;
  now: Date;
}

function whyNot(
  record: RehearsalRecord | undefined,
  { version, maximumAge, tenantId, now }: Demand,
): string | undefined {
  if (record === undefined) return "it was never rehearsed";
  if (record.version !== version) return `its newest rehearsal is of version ${record.version}`;
  const age = (now.getTime() - Date.parse(record.at)) / 3_600_000;
  if (maximumAge !== undefined && !(age <= maximumAge))
    return `it was rehearsed on ${record.at.slice(0, 16).replace("T", " at ")} UTC, which is more than ${maximumAge} hours ago`;
  if (tenantId !== undefined && record.tenants?.includes(tenantId) === false)
    return "its newest rehearsal did not look at the space of this tenant";
  const [first, ...more] = record.refused;
  if (first === undefined) return undefined;
  const others = more.length === 0 ? "" : ` and ${more.length === 1 ? "one other" : `${more.length} others`}`;
  return `its newest rehearsal says that the space of "${first}"${others} would refuse it`;
}
