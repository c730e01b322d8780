import {
  connect,
  connectToManagement,
  type InstanceInput,
  type ManagementInput,
  type Run,
} from "../octopus/connect.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { openSpace } from "../octopus/spaces.ts";
import { warnOfOldServers } from "../octopus/supported-servers.ts";
import type { StepLog } from "../step/define-step.ts";

export interface SpacesInput extends ManagementInput, InstanceInput {
  managementSpaceId: string;
  spaceId: string;
}

/** The space with the templates, and one that has copies of them. */
export interface Spaces {
  management: OctopusSpace;
  managed: OctopusSpace;
  /** Requests sent so far, to both servers. */
  countRequests(): number;
}

/** @throws as {@link connect} and {@link openSpace} do */
export async function openSpaces(input: SpacesInput, run: Run & { log: StepLog }): Promise<Spaces> {
  const upstream = connectToManagement(input, run);
  const instance = connect(input, run);
  const management = await openSpace(upstream, input.managementSpaceId);
  await warnOfOldServers([upstream, instance], run.log);
  const managed = await openSpace(instance, input.spaceId);
  return { management, managed, countRequests: () => upstream.requestCount + instance.requestCount };
}
