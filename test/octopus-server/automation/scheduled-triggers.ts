import type { Resource } from "../model/collection.ts";
import { fieldsOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { occurrencesOf } from "../model/occurrences.ts";
import { isSuccessful } from "../model/progression.ts";
import { deployClassic } from "../routes/deployments.ts";
import { runGitRunbook } from "../routes/git-runbooks.ts";
import { createByName } from "../routes/release-creation.ts";
import { runByName } from "../routes/runbookruns.ts";
import type { Call } from "../routes/route.ts";
import { isVersionControlled } from "../routes/version-control-settings.ts";
import { attempt } from "./attempt.ts";
import { createServerCall } from "./server-call.ts";

export interface DueTrigger {
  trigger: Resource;
  time: Date;
}

/** A jump over years fires no more than so many times. */
const mostAtOnce = 1000;

/** The scheduled triggers that are due after `from` up to `to`, earliest first. */
export function listDueTriggers(model: OctopusModel, period: { from: Date; to: Date }): DueTrigger[] {
  const due = model
    .collection("projecttriggers")
    .list((trigger) => trigger["IsDisabled"] !== true)
    .flatMap((trigger) => occurrencesOf(fieldsOf(trigger, "Filter"), period).map((time) => ({ trigger, time })));
  return due.toSorted((a, b) => a.time.getTime() - b.time.getTime()).slice(0, mostAtOnce);
}

/** What a webhook starts. @throws a Refusal, such as for a runbook that is not published */
export async function runTriggeredRunbook(model: OctopusModel, trigger: Resource): Promise<void> {
  const space = model.collection("spaces").find(textOf(trigger, "SpaceId"));
  if (space === undefined) return;
  await runRunbook(model, trigger, (body) => createServerCall(model, { space, body }));
}

/** Does what a trigger is for. @returns true when that was not refused */
export async function fireTrigger(model: OctopusModel, trigger: Resource): Promise<boolean> {
  const space = model.collection("spaces").find(textOf(trigger, "SpaceId"));
  const act = actions[textOf(fieldsOf(trigger, "Action"), "ActionType")];
  if (space === undefined || act === undefined) return false;
  const what = `What the trigger ${textOf(trigger, "Name")} is for`;
  const ask = (body: Fields): Call => createServerCall(model, { space, body });
  return await attempt(model, { space, what, related: [trigger.Id], work: () => act(model, trigger, ask) });
}

type Ask = (body: Fields) => Call;

const actions: Readonly<Record<string, (model: OctopusModel, trigger: Resource, ask: Ask) => unknown>> = {
  RunRunbook: runRunbook,
  DeployLatestRelease: deployLatestRelease,
  DeployNewRelease: createAndDeploy,
  CreateRelease: createAndDeploy,
};

/** A runbook in Git runs as the default branch has it (assumed). */
async function runRunbook(model: OctopusModel, trigger: Resource, ask: Ask): Promise<void> {
  const action = fieldsOf(trigger, "Action");
  const body = {
    ProjectIdOrName: textOf(trigger, "ProjectId"),
    RunbookIdOrName: textOf(action, "RunbookId"),
    EnvironmentNames: textsOf(action, "EnvironmentIds"),
    Tenants: textsOf(action, "TenantIds"),
    TenantTags: textsOf(action, "TenantTags"),
  };
  const isInGit = isVersionControlled(model.collection("projects").find(textOf(trigger, "ProjectId")) ?? {});
  await (isInGit ? runGitRunbook(ask(body)) : runByName(ask(body)));
}

async function deployLatestRelease(model: OctopusModel, trigger: Resource, ask: Ask): Promise<void> {
  const action = fieldsOf(trigger, "Action");
  const release = latestRelease(model, textOf(trigger, "ProjectId"), action);
  if (release === undefined) return;
  await deployClassic(ask(deploymentBody(action, release, textOf(action, "DestinationEnvironmentId"))));
}

/** Without an environment the release is all. */
async function createAndDeploy(model: OctopusModel, trigger: Resource, ask: Ask): Promise<void> {
  const action = fieldsOf(trigger, "Action");
  const projectId = textOf(trigger, "ProjectId");
  await createByName(ask({ ProjectIdOrName: projectId, ChannelIdOrName: textOf(action, "ChannelId") }));
  const release = model
    .collection("releases")
    .list((one) => one["ProjectId"] === projectId)
    .at(-1);
  const environmentId = textOf(action, "EnvironmentId");
  if (release !== undefined && environmentId !== "")
    await deployClassic(ask(deploymentBody(action, release, environmentId)));
}

function deploymentBody(action: Fields, release: Resource, environmentId: string): Fields {
  return { ReleaseId: release.Id, EnvironmentId: environmentId, TenantIds: textsOf(action, "TenantIds") };
}

/** The newest release of the channel that was deployed to one of the source environments (docs, scheduled deployment triggers). */
function latestRelease(model: OctopusModel, projectId: string, action: Fields): Resource | undefined {
  const channelId = textOf(action, "ChannelId");
  const sources = [...textsOf(action, "SourceEnvironmentIds"), textOf(action, "SourceEnvironmentId")];
  const deployed = model
    .collection("deployments")
    .list((one) => sources.includes(textOf(one, "EnvironmentId")) && isSuccessful(model, one));
  const ids = new Set(deployed.map((one) => textOf(one, "ReleaseId")));
  return model
    .collection("releases")
    .list((one) => one["ProjectId"] === projectId && ids.has(one.Id) && ["", one["ChannelId"]].includes(channelId))
    .at(-1);
}
