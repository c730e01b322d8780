import { owners, type DemoGitHost } from "./git-host.ts";
import { changeGreeting, deployGreeting, projectName } from "./hello-world-cac.ts";
import type { OctopusUser } from "./octopus-user.ts";
import type { Stage } from "./stage.ts";

export interface GitRoadOptions {
  host: DemoGitHost;
  /** Who works in the management space. */
  barry: OctopusUser;
  america: OctopusUser;
  europe: OctopusUser;
  /** Whether Deploy Project made the copies: Terraform leaves no receipt by which their updates could be found. */
  hasReceipts: boolean;
  stage: Stage;
}

const tenants = ["America", "Europe"];
/** The project that carries the management runbooks. */
export const companionName = `__ ${projectName}`;

/** A project in Git to two managed spaces, and one change of it: merged where nobody minds, reported where somebody changed the same. */
export async function takeTheGitRoad({
  host,
  barry,
  america,
  europe,
  hasReceipts,
  stage,
}: GitRoadOptions): Promise<void> {
  const run = async (runbook: string, tenant?: string): Promise<string> => {
    const { highlights } = await barry.runRunbook(companionName, runbook, tenant);
    return highlights.join("\n         ");
  };

  await stage(`Ran "__ 1. Serialize Project" of ${projectName}`, () => run("__ 1. Serialize Project"));
  for (const tenant of tenants)
    await stage(`Ran "__ 2. Fork and Deploy Project" for ${tenant}`, () =>
      run("__ 2. Fork and Deploy Project", tenant),
    );
  for (const owner of [america, europe])
    await stage(`Deployed "${projectName}" in the space ${owner.spaceName}`, () => deployGreeting(owner));
  if (!hasReceipts) return;

  await stage("Changed the template in the UI, and the same line in Europe", async () => {
    await changeGreeting(barry, "Good morning, world");
    await changeGreeting(europe, "Bonjour le monde");
  });
  for (const tenant of tenants)
    await stage(`Ran "__ 4. Find Updates" for ${tenant}`, () => run("__ 4. Find Updates", tenant));
  for (const tenant of tenants)
    await stage(`Ran "__ 5. Merge Updates" for ${tenant}`, () => run("__ 5. Merge Updates", tenant));
  await stage("Merged the pull request of America", async () =>
    host.merge(`${owners.copies}/america_hello_world_cac`, 1),
  );
  for (const owner of [america, europe])
    await stage(`Deployed "${projectName}" in the space ${owner.spaceName}`, () => deployGreeting(owner));
}
