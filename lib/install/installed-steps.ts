import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { formOf, parameterDefaults, propertiesOf, type WantedStep } from "./process-steps.ts";

/** A step that was put into a runbook once, whether it is there still or not. */
export interface InstalledStep {
  /** As this project calls it; people may call it otherwise. */
  name: string;
  /** Id of its action; "" when it is not known. */
  action: string;
  /** Names of the properties that were given to it. */
  properties: string[];
}

/**
 * The steps that installations put into runbooks before they kept a record. Of these one that is missing was taken out by a person;
 * any other is new.
 */
const firstSteps = [
  "Create Space",
  "Populate Space",
  "Look Up Space",
  "Serialize Project",
  "Fork Repository",
  "Deploy Project",
  "List Downstream Projects",
  "Find Updates",
  "Preview Updates",
  "Merge Updates",
];

/**
 * What an installation without a record must have put into a runbook: all of its steps of that time, with the defaults of that version
 * of the step template which the step still says it has.
 */
export async function assumeInstalled(
  space: OctopusSpace,
  { steps, wanted }: { steps: JsonObject[]; wanted: WantedStep[] },
): Promise<InstalledStep[]> {
  if (steps.length === 0) return [];
  const assumed: InstalledStep[] = [];
  for (const step of wanted) {
    const action = findAction(steps, step) ?? findByTemplate(steps, step);
    if (action === undefined && !firstSteps.includes(step.name)) continue;
    const properties = action === undefined ? [] : await listDefaults(space, { action, step });
    assumed.push({ name: step.name, action: textOf(action ?? {}, "Id"), properties });
  }
  return assumed;
}

async function listDefaults(
  space: OctopusSpace,
  { action, step }: { action: JsonObject; step: WantedStep },
): Promise<string[]> {
  if (step.template === undefined) return Object.keys(step.properties);
  const version = textOf(propertiesOf(action), "Octopus.Action.Template.Version");
  const template = await space.find(`/actiontemplates/${step.template.Id}/versions/${version}`);
  return Object.keys(template === undefined ? formOf(step) : parameterDefaults(template));
}

/** The action that a wanted step is by now: by the record's id, else by the name. */
export function findAction(
  steps: JsonObject[],
  wanted: Pick<WantedStep, "name">,
  installed?: InstalledStep,
): JsonObject | undefined {
  const actions = steps.flatMap((step) => objectsOf(step, "Actions"));
  const known = actions.find((action) => textOf(action, "Id") === installed?.action);
  const named = steps.find((step) => isSameName(textOf(step, "Name"), wanted.name));
  return known ?? objectsOf(named ?? {}, "Actions")[0];
}

/** A step that a person renamed, as far as its template tells. */
function findByTemplate(steps: JsonObject[], { template }: WantedStep): JsonObject | undefined {
  const [action, other] = steps
    .flatMap((step) => objectsOf(step, "Actions"))
    .filter((one) => textOf(propertiesOf(one), "Octopus.Action.Template.Id") === template?.Id);
  return other === undefined ? action : undefined;
}

/** What is to be remembered of a runbook whose process is `steps` now; what was ever given stays known. */
export function describeInstalled(
  steps: JsonObject[],
  { wanted, before }: { wanted: WantedStep[]; before: InstalledStep[] },
): InstalledStep[] {
  const gone = before.filter(({ name }) => !wanted.some((step) => step.name === name));
  const current = wanted.map((step) => {
    const known = before.find(({ name }) => name === step.name);
    const action = textOf(findAction(steps, step, known) ?? {}, "Id") || (known?.action ?? "");
    const properties = new Set([...(known?.properties ?? []), ...Object.keys(formOf(step))]);
    return { name: step.name, action, properties: [...properties].toSorted() };
  });
  return [...current, ...gone];
}
