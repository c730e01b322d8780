import { objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { words } from "./field.ts";
import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

/** Which of them a space has depends on where its server runs. */
const ofServer = ["Default Worker Pool", "Hosted Ubuntu", "Hosted Windows"];

/** Static ones have workers, dynamic ones an image of which Octopus makes workers. */
export const workerPool: ResourceKind = {
  id: "workerPool",
  label: "worker pool",
  idPrefix: "WorkerPools",
  ...collectionRoutes("workerpools"),
  // Another pool that became the default has taken that from this one.
  read: (space, { Id }) => space.get(`/workerpools/${Id}`),
  describeUnknown,
  heldByOne: "IsDefault",
  nameOf: nameField,
  isInEverySpace: (name) => ofServer.includes(name),
  fields: { WorkerType: words, IsDefault: { isFalseUnsaid: true } },
  serverMade: ["CanAddWorkers"],
  createOnly: ["Slug", "SortOrder"],
};

async function describeUnknown(space: OctopusSpace, bodies: readonly JsonObject[]): Promise<string[]> {
  const dynamic = bodies.filter((body) => body["WorkerPoolType"] === "DynamicWorkerPool");
  if (dynamic.length === 0) return [];
  const pools = await space.find("/workerpools/supportedtypes");
  const images = await space.find("/workerpools/dynamicworkertypes");
  const isSupported = pools !== undefined && textsOf(pools, "SupportedPoolTypes").includes("DynamicWorkerPool");
  const known = isSupported ? objectsOf(images ?? {}, "WorkerTypes").map((image) => textOf(image, "Type")) : [];
  return dynamic
    .filter((body) => !known.includes(textOf(body, "WorkerType")))
    .map(
      (body) =>
        `image "${textOf(body, "WorkerType")}" for dynamic workers, which the worker pool "${nameField(body)}" has`,
    );
}
