import type { Selection } from "../graph/select-resources.ts";
import { ownKey } from "../octopus/api-key.ts";
import { connect, type InstanceInput } from "../octopus/connect.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { openSpace } from "../octopus/spaces.ts";
import { warnOfOldServers } from "../octopus/supported-servers.ts";
import type { StepContext } from "../step/define-step.ts";
import { during } from "../step/errors.ts";
import { loadDuring, readAhead } from "../step/read-ahead.ts";
import type { FinishOptions } from "./finish-package.ts";
import type { PackSelectionOptions } from "./pack-selection.ts";
import type { PackingInput } from "./pack-choices.ts";
import type { packageOutputs } from "./packing-parameters.ts";

/** What every step that packs a selection is given. */
export interface SerializingInput
  extends InstanceInput, FinishOptions, PackingInput, Pick<PackSelectionOptions, "packageId"> {
  space: string;
  packageSpace: string | undefined;
}

type Wanted = Pick<PackSelectionOptions, "wanted" | "name" | "spaceName" | "logos" | "select" | "exclude">;

/**
 * The whole run of such a step: packs, publishes and tells.
 * @param doing - for sentences: `serialize the step templates of "Default"`
 * @param choose - what is wanted of the space
 */
export async function serializeSelection(
  run: StepContext<SerializingInput, keyof typeof packageOutputs>,
  doing: string,
  choose: (space: OctopusSpace) => Wanted,
): Promise<void> {
  const { input, log, now } = run;
  const octopus = connect(input, run, ownKey("Octopus"));
  const opening = readAhead(Promise.all([openSpace(octopus, input.space), warnOfOldServers([octopus], log)]));
  const [{ packSelection }, { publishRunbooks, reportPackage }, { toPackChoices }] = await loadDuring(opening, () =>
    Promise.all([import("./pack-selection.ts"), import("./finish-package.ts"), import("./pack-choices.ts")]),
  );
  const pushed = await during(doing, async () => {
    const [space] = await opening;
    const home = input.packageSpace === undefined ? space : await openSpace(octopus, input.packageSpace);
    const choices = toPackChoices(input);
    const result = await packSelection(space, { ...input, ...choices, ...choose(space), home, log, now });
    await publishRunbooks({ space: home, pushed: result, log }, input);
    return { result, home };
  });
  reportPackage(run, pushed.result, { ...input, octopus, homeId: pushed.home.id });
}

/** All of a kind, or those of these names or patterns. */
export function selectNamed(kind: string, names: readonly string[]): Pick<Required<Selection>, "resources"> {
  return { resources: names.length === 0 ? [kind] : names.map((name) => `${kind}: ${name}`) };
}
