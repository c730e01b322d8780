import { scopingEnvironments } from "../model/environment-kinds.ts";
import type { Resource } from "../model/collection.ts";
import { fieldsOf, listOf, numberOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { Kind } from "../model/model.ts";
import { findFeed, isBuiltInFeed } from "../model/package-selection.ts";
import { actionsIn, normalizeSteps } from "../model/processes.ts";
import { isFrozen } from "../model/snapshots.ts";
import { takeTemplateSecrets } from "../model/template-secrets.ts";
import { recordDeed } from "./audit.ts";
import { requireBody } from "./binding.ts";
import { badRequest, type Call } from "./route.ts";
import { changedMeanwhile, checkVersion } from "./stale-version.ts";
import { keepUsedActions } from "./used-actions.ts";

const conditions = ["Success", "Failure", "Always", "Variable"];
const startTriggers = ["StartAfterPrevious", "StartWithPrevious"];
const packageRequirements = ["LetOctopusDecide", "BeforePackageAcquisition", "AfterPackageAcquisition"];

/** Replaces the steps of a process and counts its version up. @throws a refusal when the version is stale or a step is not valid */
export function saveProcess(process: Resource, call: Call): Resource {
  const sent = requireBody(call.body);
  // Assumed: what a release or a runbook snapshot froze stays as it is.
  if (isFrozen(process)) throw badRequest("A snapshot of a process cannot be changed.");
  checkVersion(process, sent, changedMeanwhile("process"));
  const steps = normalizeSteps(propertyOf(sent, "Steps"), listOf(process, "Steps"));
  takeTemplateSecrets(steps, propertyOf(sent, "Steps"), call.model);
  checkSteps(steps, call, { projectId: textOf(process, "ProjectId"), before: actionsIn(process) });
  keepActions(process, steps, call);
  Object.assign(process, { Steps: steps, Version: numberOf(process, "Version") + 1 });
  recordDeed(call, process, { category: "Modified", message: `Process ${process.Id} was changed` });
  return process;
}

/** Nothing outside a runbook names its steps (Octopus's issue 7242: what names a step of the same name in the deployment process is another thing). */
function keepActions(process: Resource, steps: readonly Fields[], call: Call): void {
  const project = call.model.collection("projects").find(textOf(process, "ProjectId"));
  if (project === undefined || textOf(process, "RunbookId") !== "") return;
  keepUsedActions(call, { project, before: actionsIn(process), after: actionsIn({ Steps: steps }) });
}

interface StepsOwner {
  projectId: string;
  /** The actions as they were. */
  before?: readonly Fields[];
}

/** @throws a 400 for steps that cannot be, or that name what this space does not have */
export function checkSteps(steps: readonly Fields[], call: Call, owner: StepsOwner): void {
  checkNames(steps, "step");
  checkNames(actionsIn({ Steps: steps }), "action");
  checkSlugs(steps);
  for (const step of steps) {
    checkChoice(step, "Condition", conditions);
    checkChoice(step, "StartTrigger", startTriggers);
    checkChoice(step, "PackageRequirement", packageRequirements);
    // Source: docs, steps: "Variable" needs an expression; the sentence is assumed.
    if (
      step["Condition"] === "Variable" &&
      textOf(fieldsOf(step, "Properties"), "Octopus.Step.ConditionVariableExpression") === ""
    ) {
      throw badRequest(`The step '${textOf(step, "Name")}' needs a variable expression for its run condition.`);
    }
    for (const action of listOf(step, "Actions")) checkAction(action, call, owner);
  }
}

/** Source: the Terraform provider finds new steps by name in the answer, so names are unique; the sentences are assumed. */
function checkNames(items: readonly Fields[], noun: string): void {
  const seen = new Set<string>();
  for (const item of items) {
    const name = textOf(item, "Name");
    if (name.trim() === "") throw badRequest(`Please provide a name for each ${noun}.`);
    if (seen.has(name.toLowerCase()))
      throw badRequest(`The ${noun} name '${name}' is used more than once. Names must be unique within a process.`);
    seen.add(name.toLowerCase());
  }
}

/** Source: Octopus's issue 7783, sentences included. */
function checkSlugs(steps: readonly Fields[]): void {
  const errors = [
    ...repeatedSlugs(steps).map(
      (slug) =>
        `Step slug '${slug}' is already used by another step in this deployment process. Step slugs must be unique.`,
    ),
    ...repeatedSlugs(actionsIn({ Steps: steps })).map(
      (slug) =>
        `Action slug '${slug}' is already used by another action in this deployment process. Action slugs must be unique.`,
    ),
  ];
  if (errors.length > 0) throw badRequest(...errors);
}

function repeatedSlugs(items: readonly Fields[]): string[] {
  const slugs = items.map((item) => textOf(item, "Slug").toLowerCase());
  return [...new Set(slugs.filter((slug, index) => slugs.indexOf(slug) !== index))];
}

/** Source: go-octopusdeploy knows these choices; that others are refused is assumed. */
function checkChoice(step: Fields, field: string, choices: readonly string[]): void {
  if (!choices.includes(textOf(step, field)))
    throw badRequest(`The ${field} '${textOf(step, field)}' of the step '${textOf(step, "Name")}' is not valid.`);
}

/**
 * Assumed: an id that this space does not know is refused, and the refusal names it. What was there when its target was deleted stays, as in
 * variables: the portal shows it as missing (Octopus's issue 6952).
 */
function checkAction(action: Fields, call: Call, { projectId, before = [] }: StepsOwner): void {
  // Source: go-octopusdeploy marks ActionType as required.
  if (textOf(action, "ActionType") === "")
    throw badRequest(`Please provide an action type for the action '${textOf(action, "Name")}'.`);
  const known = new Set(idsIn(before.find((stored) => stored["Id"] === action["Id"]) ?? {}));
  const need = (kind: Kind | readonly Kind[], ids: readonly string[], what: string): void => {
    for (const id of ids.filter((one) => !known.has(one)))
      checkKnown({ call, kind, id, what: `The ${what} '${id}' of the action '${textOf(action, "Name")}'` });
  };
  need(
    scopingEnvironments,
    [...textsOf(action, "Environments"), ...textsOf(action, "ExcludedEnvironments")],
    "environment",
  );
  need("channels", textsOf(action, "Channels"), "channel");
  need(
    "workerpools",
    [textOf(action, "WorkerPoolId")].filter((id) => id !== ""),
    "worker pool",
  );
  need("accounts", accountIdsIn(fieldsOf(action, "Properties")), "account");
  const foreign = textsOf(action, "Channels").find(
    (id) => !known.has(id) && call.model.collection("channels").find(id)?.["ProjectId"] !== projectId,
  );
  if (foreign !== undefined)
    throw badRequest(`The channel '${foreign}' of the action '${textOf(action, "Name")}' belongs to another project.`);
  checkFeeds(action, call);
  checkTemplate(action, call);
}

function idsIn(action: Fields): string[] {
  return ["Environments", "ExcludedEnvironments", "Channels"].flatMap((field) => textsOf(action, field));
}

/** Assumed: status and sentence. */
function checkKnown({
  call,
  kind,
  id,
  what,
}: {
  call: Call;
  kind: Kind | readonly Kind[];
  id: string;
  what: string;
}): void {
  const isHere = (one: Kind): boolean => call.model.collection(one).find(id)?.["SpaceId"] === call.space.Id;
  if (![kind].flat().some(isHere)) throw badRequest(`${what} does not exist in this space.`);
}

function accountIdsIn(properties: Fields): string[] {
  return Object.entries(properties).flatMap(([name, value]) =>
    /Account(Id)?$/.test(name) && typeof value === "string" && /^accounts-\d+$/i.test(value) ? [value] : [],
  );
}

/**
 * A feed may be named by id, name or a variable expression (docs, action templates: packages), and by words that no feed has: the
 * provider's tests save `built-in`. That an id of this server's kind must be there is assumed.
 */
function checkFeeds(action: Fields, call: Call): void {
  const used = [fieldsOf(action, "Container"), ...listOf(action, "Packages")].map((reference) =>
    textOf(reference, "FeedId"),
  );
  for (const feedId of used.filter((id) => /^feeds-\d+$/i.test(id))) {
    const where = { spaceId: call.space.Id, feedId };
    if (isBuiltInFeed(call.model, where) || findFeed(call.model, where) !== undefined) continue;
    throw badRequest(`The feed '${feedId}' of the action '${textOf(action, "Name")}' does not exist in this space.`);
  }
}

function checkTemplate(action: Fields, call: Call): void {
  const properties = fieldsOf(action, "Properties");
  const id = textOf(properties, "Octopus.Action.Template.Id");
  if (id === "") return;
  checkKnown({
    call,
    kind: "actiontemplates",
    id,
    what: `The step template '${id}' of the action '${textOf(action, "Name")}'`,
  });
  const version = textOf(properties, "Octopus.Action.Template.Version");
  const newest = numberOf(call.model.collection("actiontemplates").find(id) ?? {}, "Version");
  // Assumed: status and sentence.
  if (version !== "" && (!/^\d+$/.test(version) || Number(version) > newest)) {
    throw badRequest(
      `The step template '${id}' of the action '${textOf(action, "Name")}' has no version '${version}'.`,
    );
  }
}
