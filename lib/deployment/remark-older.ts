import { compareVersions } from "../octopus/compare-versions.ts";
import type { StepLog } from "../step/define-step.ts";
import { noVersion } from "../step/package-file-name.ts";

/** Warns where what is deployed is older than what the copy has, by versions as Octopus orders them: a roll-back is no mistake, and is seldom meant silently. */
export function remarkOlder(
  { id, version, known }: { id: string; version: string; known: string | undefined },
  { onlyPlan, log }: { onlyPlan: boolean; log: StepLog },
): void {
  if (known === undefined || version === noVersion || compareVersions(version, known) >= 0) return;
  log.warn(
    `${id} ${version} is older than ${known}, which was deployed last: what came with the newer version ${onlyPlan ? "would be" : "is"} taken back.`,
  );
}
