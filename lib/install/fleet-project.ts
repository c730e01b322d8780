import { isJsonObject, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { publishSnapshot } from "../octopus/publish-snapshot.ts";
import { isSameName } from "../octopus/same-name.ts";
import { thisInstanceSignIn, toSignInParameters } from "../octopus/sign-in-variables.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import { ConflictError } from "../step/errors.ts";
import { including, templateOf } from "./client-space.ts";
import { toGitParameters } from "./git-host-variables.ts";
import { idToBe, type Installer } from "./installer.ts";
import { needsPublishing } from "./needs-publishing.ts";
import type { StepPlacement, WantedStep } from "./process-steps.ts";
import { fleetNames, templateProjectNames } from "./runbook-names.ts";
import { ensureRunbook } from "./runbooks.ts";
import type { SyncEnvironment } from "./sync-environment.ts";
import type { VariableSets } from "./variable-sets.ts";
import { webhookScript } from "./webhook-script.ts";

export interface FleetOptions {
  /** Made where it is missing; else only what is there already is brought up to this version. */
  isWanted: boolean;
  /** This installation changed variables that the published runbook has a copy of. */
  hasChangedVariables: boolean;
  sync: SyncEnvironment;
  sets: VariableSets;
  templates: Record<string, OctopusDocument>;
  placement: StepPlacement;
  groupId: string;
}

/** The step that looks at the fleet: its template's folder, and what its parameters begin with. */
const report = { slug: "report-fleet", prefix: "ReportFleet" } as const;

/**
 * The project whose runbook looks at the whole fleet by a schedule, with two steps to be filled in that tell people when something became
 * worse. A schedule runs the published snapshot alone, so the runbook is published, but for what people changed in it and did not publish.
 * @returns what a person has to do, one sentence each
 * @throws {@link ConflictError} where another project has its name
 */
export async function ensureFleet(installer: Installer, options: FleetOptions): Promise<string[]> {
  const before = await findInstalled(installer);
  if (!options.isWanted && before === undefined) return [];
  const project = await ensureProject(installer, options);
  const isReady = before === undefined || !(await needsPublishing(installer, before));
  const changesBefore = installer.changes.length;
  const runbook = await ensureRunbook(
    installer,
    {
      project,
      name: fleetNames.runbook,
      description:
        "Looks at all managed spaces and their instances, and tells what needs a person. Changes nothing in them.",
      isTenanted: false,
      environmentId: options.sync.environment.Id,
      steps: listSteps(options),
    },
    options.placement,
  );
  const hasChanged = installer.changes.length > changesBefore || options.hasChangedVariables;
  if (before === undefined) await ensureBeginning(installer, { project, runbook, ...options });
  if (!isReady)
    return [
      `The runbook "${fleetNames.runbook}" has changes that are not published, so "${fleetNames.trigger}" runs it without them. Publish it when they are as you want them.`,
    ];
  if (before === undefined || hasChanged || (await hasOtherVariables(installer, before)))
    await installer.change({ verb: "publish", what: `the runbook "${fleetNames.runbook}"` }, () =>
      publishSnapshot(installer.space, runbook),
    );
  return before === undefined ? listFirstSteps() : [];
}

/** The runbook, where an installation finished making it: the record tells. */
async function findInstalled(installer: Installer): Promise<OctopusDocument | undefined> {
  const [project] = await listByExactNames(installer.space, "projects", [fleetNames.project]);
  if (project === undefined) return undefined;
  const runbooks = await installer.space.list(`/projects/${project.Id}/runbooks`);
  const find = (name: string): OctopusDocument | undefined =>
    runbooks.find((one) => isSameName(textOf(one, "Name"), name));
  if (find(templateProjectNames.serialize) !== undefined) return undefined;
  const runbook = find(fleetNames.runbook);
  return runbook !== undefined && (await installer.record.find(runbook.Id)) !== undefined ? runbook : undefined;
}

async function ensureProject(installer: Installer, { groupId, sync, sets }: FleetOptions): Promise<OctopusDocument> {
  await refuseCompanion(installer);
  const instances = await installer.ensure({
    label: "library variable set",
    collection: "libraryvariablesets",
    name: fleetNames.instances,
    create: {
      Description: `Keys to the other instances with managed spaces: for each a secret variable ManagedInstance.<host>.ApiKey, such as ManagedInstance.octopus.example.com.ApiKey, scoped to ${textOf(sync.environment, "Name")}. Publish "${fleetNames.runbook}" of "${fleetNames.project}" after a change.`,
      ContentType: "Variables",
      Templates: [],
    },
  });
  const own = [sets.thisInstance, instances, ...(sets.gitHost === undefined ? [] : [sets.gitHost])];
  return installer.ensure({
    label: "project",
    collection: "projects",
    name: fleetNames.project,
    create: {
      Description: "Looks at all managed spaces, and tells what needs a person.",
      ProjectGroupId: groupId,
      LifecycleId: sync.lifecycle.Id,
      TenantedDeploymentMode: "Untenanted",
      IncludedLibraryVariableSetIds: own.map(({ Id }) => Id),
    },
    update: (current) => ({ IncludedLibraryVariableSetIds: including(current, own) }),
  });
}

/** A template that is called "Fleet" has a companion of that name. */
async function refuseCompanion({ space }: Installer): Promise<void> {
  const [project] = await listByExactNames(space, "projects", [fleetNames.project]);
  if (project === undefined) return;
  const runbooks = await space.list(`/projects/${project.Id}/runbooks`);
  if (!runbooks.some((one) => isSameName(textOf(one, "Name"), templateProjectNames.serialize))) return;
  throw new ConflictError(
    `The project "${fleetNames.project}" of the space "${space.name}" carries the runbooks of a template that is called "Fleet", so what looks at the fleet has no place. Rename the template and that project.`,
  );
}

function listSteps({ templates, sets }: FleetOptions): WantedStep[] {
  const became = `#{if Octopus.Action[${fleetNames.reportStep}].Output.Worse == "True"}True#{/if}`;
  return [
    {
      name: fleetNames.reportStep,
      ...templateOf(templates, report.slug),
      properties: {
        ...toSignInParameters(`${report.prefix}.Management`, thisInstanceSignIn),
        ...(sets.gitHost === undefined ? {} : toGitParameters(report.prefix)),
      },
    },
    {
      name: fleetNames.mailStep,
      actionType: "Octopus.Email",
      condition: became,
      isDisabled: true,
      notes: `An example: give the project's variable ${fleetNames.mailTo} a value, enable this step, and publish the runbook. Octopus sends by the server of Configuration, SMTP.`,
      properties: {
        "Octopus.Action.RunOnServer": "true",
        "Octopus.Action.Email.To": `#{${fleetNames.mailTo}}`,
        "Octopus.Action.Email.Subject": "Managed spaces: something became worse",
        "Octopus.Action.Email.Body": `#{Octopus.Action[${fleetNames.reportStep}].Output.WorseHtml}`,
        "Octopus.Action.Email.IsHtml": "True",
      },
    },
    {
      name: fleetNames.webhookStep,
      actionType: "Octopus.Script",
      condition: became,
      isDisabled: true,
      notes: `An example: give the project's secret variable ${fleetNames.webhookUrl} the address of a webhook, enable this step, and publish the runbook.`,
      properties: {
        "Octopus.Action.RunOnServer": "true",
        "Octopus.Action.Script.ScriptSource": "Inline",
        "Octopus.Action.Script.Syntax": "Bash",
        "Octopus.Action.Script.ScriptBody": webhookScript,
      },
    },
  ];
}

interface BeginningOptions extends FleetOptions {
  project: OctopusDocument;
  runbook: OctopusDocument;
}

/** What is made once: whoever takes it out has taken it out. */
async function ensureBeginning(installer: Installer, options: BeginningOptions): Promise<void> {
  await ensureVariables(installer, options);
  await ensureTrigger(installer, options);
}

/** What the example steps ask for, without values. */
async function ensureVariables(installer: Installer, { project, sync }: BeginningOptions): Promise<void> {
  const set =
    project.Id === idToBe
      ? { Id: idToBe, Variables: [] }
      : await installer.space.get(`/variables/${textOf(project, "VariableSetId")}`);
  const present = objectsOf(set, "Variables");
  const wanted = [
    toVariable(fleetNames.mailTo, "Who gets a mail when something became worse; several with a comma between."),
    {
      ...toVariable(fleetNames.webhookUrl, "The address of a webhook that is told when something became worse."),
      Type: "Sensitive",
      IsSensitive: true,
      Scope: { Environment: [sync.environment.Id] },
    },
  ];
  const missing = wanted.filter(({ Name }) => !present.some((one) => isSameName(textOf(one, "Name"), Name)));
  if (missing.length === 0) return;
  const names = missing.map(({ Name }) => Name).join(", ");
  await installer.change({ verb: "create", what: `the variables ${names} of "${fleetNames.project}"` }, () =>
    installer.space.put(`/variables/${textOf(project, "VariableSetId")}`, {
      ...set,
      Variables: [...present, ...missing],
    }),
  );
}

function toVariable(Name: string, Description: string): JsonObject & { Name: string } {
  return {
    Name,
    Value: "",
    Type: "String",
    Description,
    IsEditable: true,
    IsSensitive: false,
    Prompt: null,
    Scope: {},
  };
}

/** Not at the full hour, when all others begin. Octopus's expressions begin with the second. */
async function ensureTrigger(installer: Installer, { project, runbook, sync }: BeginningOptions): Promise<void> {
  const triggers = project.Id === idToBe ? [] : await installer.space.list(`/projects/${project.Id}/triggers`);
  await installer.ensure({
    label: "trigger",
    owner: fleetNames.project,
    collection: "projecttriggers",
    name: fleetNames.trigger,
    among: triggers,
    create: {
      Description: "Disable it, or give it another schedule, as you like.",
      ProjectId: project.Id,
      IsDisabled: false,
      Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 7 * * * *", Timezone: "UTC" },
      Action: {
        ActionType: "RunRunbook",
        RunbookId: runbook.Id,
        EnvironmentIds: [sync.environment.Id],
        TenantIds: [],
        TenantTags: [],
      },
    },
  });
}

/** Keys that people gave to the sets are none of the published snapshot's until it is taken anew. A server that does not tell says no. */
async function hasOtherVariables({ space }: Installer, runbook: OctopusDocument): Promise<boolean> {
  const published = textOf(runbook, "PublishedRunbookSnapshotId");
  const told = await space.getJson(`/runbookSnapshots/${published}/runbookRuns/template`);
  return (
    isJsonObject(told) && (told["IsVariableSetModified"] === true || told["IsLibraryVariableSetModified"] === true)
  );
}

function listFirstSteps(): string[] {
  return [
    `To hear of what becomes worse, fill in and enable the step "${fleetNames.mailStep}" or "${fleetNames.webhookStep}" of the runbook "${fleetNames.runbook}", and publish it (docs/fleet.md).`,
    `Give the library variable set "${fleetNames.instances}" a key for each other instance with managed spaces, if there is one.`,
  ];
}
