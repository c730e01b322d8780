import type { Resource } from "../model/collection.ts";
import { fieldsOf, listOf, numberOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { forget } from "../model/forget.ts";
import { actionsIn, findProcess } from "../model/processes.ts";
import type { Call } from "./route.ts";
import { keepUsedActions } from "./used-actions.ts";

/**
 * Source: issue 484 of the Terraform provider for the default channel, sentence included; Octopus's issue 3137 for automatic release creation; that
 * releases hold a channel is known from the portal. The other sentences are assumed.
 */
export function whyChannelStays(channel: Resource, call: Call): string | undefined {
  if (channel["IsDefault"] === true) return "You cannot delete the default channel.";
  const releases = call.model
    .collection("releases")
    .listInSpace(call.space.Id, (release) => release["ChannelId"] === channel.Id);
  if (releases.length > 0) return `The channel cannot be deleted because ${releases.length} release(s) use it.`;
  const project = call.model.collection("projects").find(textOf(channel, "ProjectId"));
  if (project !== undefined && fieldsOf(project, "ReleaseCreationStrategy")["ChannelId"] === channel.Id)
    return "The channel cannot be deleted because automatic release creation uses it.";
  keepUsedActions(call, changedSteps(channel, call));
  return undefined;
}

interface ChangedSteps {
  project: Resource;
  process: Resource | undefined;
  leaving: Resource;
  steps: Fields[];
  before: Fields[];
  after: Fields[];
}

/** A step that only this channel runs goes with it (Octopus's issues 4222 and 4385); other steps forget it. */
function changedSteps(channel: Resource, call: Call): ChangedSteps {
  const project = call.model.collection("projects").find(textOf(channel, "ProjectId")) ?? channel;
  const process = findProcess(call.model, { kind: "deploymentprocesses", ownerId: project.Id });
  const runsElsewhere = (action: Fields): boolean => textsOf(action, "Channels").join() !== channel.Id;
  const forgetful = (action: Fields): Fields => ({
    ...action,
    Channels: textsOf(action, "Channels").filter((id) => id !== channel.Id),
  });
  const staying = listOf(process ?? {}, "Steps").filter(
    (step) => listOf(step, "Actions").length === 0 || listOf(step, "Actions").some(runsElsewhere),
  );
  const steps = staying.map((step) => ({
    ...step,
    Actions: listOf(step, "Actions").filter(runsElsewhere).map(forgetful),
  }));
  const [before, after] = [actionsIn(process ?? {}), actionsIn({ Steps: steps })];
  return { project, process, leaving: channel, steps, before, after };
}

/** Nothing is scoped to a channel that is gone. */
export function removeScopes(channel: Resource, call: Call): void {
  const { process, steps, before, after } = changedSteps(channel, call);
  if (process !== undefined && JSON.stringify(before) !== JSON.stringify(after))
    Object.assign(process, { Steps: steps, Version: numberOf(process, "Version") + 1 });
  forget(call.model, { id: channel.Id, spaceId: call.space.Id });
}
