import type { Plan, PlannedResource } from "../compare/compare-graph.ts";
import { logoFileOf, type Extras } from "../graph/extras.ts";
import { targetId } from "../model/graph.ts";
import { getKind } from "../resources/index.ts";
import { bringLogo, type BringLogoOptions, type BroughtLogo } from "./bring-logo.ts";
import type { Bringing } from "./deploy-package.ts";
import type { BroughtAlong } from "./report-deployment.ts";

export interface BringLogosOptions extends Pick<BringLogoOptions, "space" | "overwrite" | "onlyPlan" | "readFile"> {
  extras: Extras | undefined;
  plan: Plan;
  /** The copy's, as the receipt's upstream has it. */
  recorded: Readonly<Record<string, string>>;
}

/** {@link bringLogo} for all that the package has an image of, where that is in the space. What has none there keeps what it has. */
export async function bringLogos(options: BringLogosOptions): Promise<BroughtAlong & Bringing> {
  const resources = new Map(options.plan.resources.map((resource) => [targetId(resource.target), resource]));
  const bringing = (options.extras?.logos ?? []).map((logo) => bringOne(options, logo, resources.get(targetId(logo))));
  const brought = await Promise.all(bringing);
  return {
    written: brought.flatMap(({ written }) => written),
    kept: brought.flatMap(({ kept }) => kept),
    failed: brought.flatMap(({ failed }) => failed),
    record: Object.assign(findRecords(options.recorded), ...brought.map(toRecord)),
  };
}

type SpaceLogo = NonNullable<Extras["logos"]>[number];

interface BroughtOne extends BroughtLogo {
  /** Of what has it; undefined when that is not in the space. */
  id: string | undefined;
}

async function bringOne(
  options: BringLogosOptions,
  { kind, name, digest }: SpaceLogo,
  resource: PlannedResource | undefined,
): Promise<BroughtOne> {
  const { id, action, description = "" } = resource ?? {};
  // What stays away, or is people's own, is none of the package's.
  const isMissing = action === "skip" || (id === undefined && action !== "create");
  if (isMissing) return { id, written: [], kept: [], failed: [], record: undefined };
  const brought = await bringLogo({
    ...options,
    logo: { name, digest, file: logoFileOf({ digest }) },
    path: id === undefined ? undefined : getKind(kind).logoAt?.(id),
    owner: description,
    isNew: action === "create",
    recorded: options.recorded[nameRecord(id)],
  });
  return { ...brought, id };
}

/** By the id in the space, which stays when either side renames. */
function nameRecord(id = ""): string {
  return `logo ${id}`;
}

function toRecord({ id, record }: BroughtOne): Record<string, string> {
  return id === undefined || record === undefined ? {} : { [nameRecord(id)]: record };
}

/** Those of logos that the package has no longer, too: it may have them again. */
function findRecords(recorded: BringLogosOptions["recorded"]): Record<string, string> {
  return Object.fromEntries(Object.entries(recorded).filter(([key]) => key.startsWith(nameRecord())));
}
