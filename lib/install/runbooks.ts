import { isSameJson, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { runsToKeep } from "../resources/runbook.ts";
import { idToBe, type Installer } from "./installer.ts";
import { ConflictError } from "../step/errors.ts";
import { assumeInstalled, describeInstalled, findAction, type InstalledStep } from "./installed-steps.ts";
import { mergeSteps } from "./merge-steps.ts";
import { propertiesOf, type StepPlacement, type WantedStep } from "./process-steps.ts";

export interface WantedRunbook {
  project: OctopusDocument;
  name: string;
  description: string;
  isTenanted: boolean;
  environmentId: string;
  steps: WantedStep[];
  /** Steps of ours that may be there, since something else was chosen before, and go. */
  otherSteps?: readonly WantedStep[];
}

/** Makes the runbook and its steps, and brings the steps of an older version up to this one without touching what people set in their forms. */
export async function ensureRunbook(
  installer: Installer,
  wanted: WantedRunbook,
  placement: StepPlacement,
): Promise<OctopusDocument> {
  const runbook = await ensureEmptyRunbook(installer, wanted);
  await ensureProcess(installer, runbook, wanted, placement);
  return runbook;
}

/** The runbook alone; its process is whoever's asks for it. */
export async function ensureEmptyRunbook(
  installer: Installer,
  wanted: Omit<WantedRunbook, "steps">,
): Promise<OctopusDocument> {
  const runbooks =
    wanted.project.Id === idToBe ? [] : await installer.space.list(`/projects/${wanted.project.Id}/runbooks`);
  return installer.ensure({
    label: "runbook",
    owner: textOf(wanted.project, "Name"),
    collection: "runbooks",
    name: wanted.name,
    among: runbooks,
    create: {
      ProjectId: wanted.project.Id,
      Description: wanted.description,
      MultiTenancyMode: wanted.isTenanted ? "Tenanted" : "Untenanted",
      EnvironmentScope: "Specified",
      Environments: [wanted.environmentId],
      DefaultGuidedFailureMode: "EnvironmentDefault",
      RunRetentionPolicy: runsToKeep,
      ConnectivityPolicy: {
        SkipMachineBehavior: "None",
        TargetRoles: [],
        AllowDeploymentsToNoTargets: true,
        ExcludeUnhealthyTargets: false,
      },
    },
  });
}

async function ensureProcess(
  installer: Installer,
  runbook: OctopusDocument,
  asked: WantedRunbook,
  placement: StepPlacement,
): Promise<void> {
  const process = await readProcess(installer, runbook);
  const present = objectsOf(process, "Steps");
  const { otherSteps = [] } = asked;
  const known =
    (await installer.record.find(runbook.Id)) ??
    (await assumeInstalled(installer.space, {
      steps: present,
      wanted: asked.steps.filter(({ extra }) => extra === undefined),
    }));
  const isWanted = ({ name, extra }: WantedStep): boolean =>
    extra === undefined || extra.isAskedFor || known.some((step) => step.name === name);
  const wanted = { ...asked, steps: asked.steps.filter(isWanted) };
  // What comes back when it is chosen again was never taken out.
  const before = known.filter(({ name }) => !otherSteps.some((step) => step.name === name));
  const kept = present.filter((step) => !otherSteps.some((other) => isMadeOf(step, other)));
  const steps = mergeSteps({ present: kept, wanted: wanted.steps, installed: before }, placement);
  refuseWithoutPlace(steps, { wanted, before });
  const written = isSameJson(present, steps) ? undefined : await writeProcess(installer, { process, steps, wanted });
  const now = objectsOf(written ?? { Steps: steps }, "Steps");
  installer.record.note(runbook.Id, describeInstalled(now, { wanted: wanted.steps, before }));
}

/** Whether a step is nothing but one of ours, whatever it is called by now. */
function isMadeOf(step: JsonObject, { template }: WantedStep): boolean {
  const actions = objectsOf(step, "Actions");
  const own = (action: JsonObject): boolean =>
    template !== undefined && textOf(propertiesOf(action), "Octopus.Action.Template.Id") === template.Id;
  return actions.length > 0 && actions.every(own);
}

/** What somebody asked for has to be in a step that people took out. */
function refuseWithoutPlace(
  steps: JsonObject[],
  { wanted, before }: { wanted: WantedRunbook; before: InstalledStep[] },
): void {
  for (const step of wanted.steps) {
    const isSaid = Object.keys(step.said ?? {}).length > 0 || step.extra?.isAskedFor === true;
    const installed = before.find(({ name }) => name === step.name);
    if (!isSaid || findAction(steps, step, installed) !== undefined) continue;
    throw new ConflictError(
      `What you gave for the step "${step.name}" has no place: that step was taken out of the runbook "${wanted.name}" of "${textOf(wanted.project, "Name")}". Leave the option out, or delete the runbook to get it back whole.`,
    );
  }
}

/** The process of a runbook; without steps where only a real run would make the runbook. */
export function readProcess({ space }: Installer, runbook: OctopusDocument): Promise<OctopusDocument> {
  if (runbook.Id === idToBe) return Promise.resolve({ Id: idToBe, Steps: [] });
  return space.get(`/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`);
}

/** @returns the process as the server has it now; undefined when only planning */
export function writeProcess(
  installer: Installer,
  {
    process,
    steps,
    wanted,
  }: { process: OctopusDocument; steps: JsonObject[]; wanted: Pick<WantedRunbook, "project" | "name"> },
): Promise<OctopusDocument | undefined> {
  const what = `the process of the runbook "${wanted.name}" of "${textOf(wanted.project, "Name")}"`;
  return installer.change({ verb: objectsOf(process, "Steps").length === 0 ? "create" : "update", what }, () =>
    installer.space.put(`/runbookProcesses/${process.Id}`, { ...process, Steps: steps }),
  );
}
