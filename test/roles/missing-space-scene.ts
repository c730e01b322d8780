import { onTestFinished } from "vitest";
import { step } from "../../steps/look-up-space/step.ts";
import type { Resource } from "../octopus-server/model/collection.ts";
import { finishTask, startTask } from "../octopus-server/model/tasks.ts";
import { hideUntilAnother, startMissingSpace } from "../steps/missing-space-stage.ts";
import { runStep } from "./run-scene.ts";
import type { Scene } from "./scenario.ts";

const home = "Spaces-1";

/** Look Up Space has the other runbook make the space: it starts a run, joins one, and cancels one that was slower. */
export async function haveSpaceMade(): Promise<Scene> {
  const stage = await startMissingSpace();
  const { server, url, apiKey, tenantId } = stage;
  const address = { "ManagedTenant.Octopus.Url": url };
  const isWaitedFor = ({ Id: id }: Resource): boolean =>
    server.requests.some(({ method, path }) => method === "GET" && path.endsWith(`/tasks/${id}`));
  // In place of a worker; it begins what somebody waits for.
  const worker = setInterval(() => {
    const next = stage.runs().find((task) => task["State"] === "Queued" && isWaitedFor(task));
    if (next === undefined) return;
    startTask(server.model, next.Id);
    void stage
      .giveValues(tenantId, { ...address, "ManagedTenant.Octopus.SpaceId": home })
      .then(() => finishTask(server.model, next.Id, { state: "Success" }));
  }, 20);
  onTestFinished(() => clearInterval(worker));
  const here = { model: server.model, url, apiKey, spaceId: home };
  return {
    servers: { management: here, managed: here },
    async run(keys) {
      const parameters = { ...stage.given, apiKey: keys.managed, managementApiKey: keys.management };
      const first = await runStep(step, { parameters });
      await stage.giveValues(tenantId, address);
      await stage.startByHand();
      hideUntilAnother(stage);
      const second = await runStep(step, { parameters });
      return [...first, ...second, ...stage.runs().map((task) => String(task["State"]))];
    },
  };
}
