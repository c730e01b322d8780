/**
 * What lines of the audit trail are called, by group (docs, subscriptions and project triggers; names of runs: the community library's step
 * that calculates the time to production; of machines: the Terraform provider's project_deployment_target_trigger; the others are assumed).
 */
const groups: Readonly<Record<string, { name: string; categories: readonly string[] }>> = {
  Document: { name: "Document events", categories: ["Created", "Modified", "Deleted"] },
  Deployment: {
    name: "Deployment events",
    categories: [
      "DeploymentQueued",
      "DeploymentStarted",
      "DeploymentResumed",
      "DeploymentSucceeded",
      "DeploymentFailed",
      "ManualInterventionInterruptionRaised",
      "GuidedFailureInterruptionRaised",
    ],
  },
  DeploymentCritical: {
    name: "Deployment-critical events",
    categories: ["DeploymentFailed", "GuidedFailureInterruptionRaised", "AutoDeployRefused"],
  },
  RunbookRun: {
    name: "Runbook run events",
    categories: ["RunbookRunQueued", "RunbookRunStarted", "RunbookRunSucceeded", "RunbookRunFailed"],
  },
  Task: { name: "Task events", categories: ["TaskCanceled"] },
  Machine: {
    name: "Machine events",
    categories: [
      "MachineCleanupFailed",
      "MachineAdded",
      "MachineDeploymentRelatedPropertyWasUpdated",
      "MachineDisabled",
      "MachineEnabled",
      "MachineHealthy",
      "MachineUnavailable",
      "MachineUnhealthy",
      "MachineHasWarnings",
    ],
  },
  MachineCritical: {
    name: "Machine-critical events",
    categories: ["MachineCleanupFailed", "MachineUnavailable", "MachineUnhealthy"],
  },
  MachineAvailableForDeployment: {
    name: "Machine becomes available for deployment",
    categories: ["MachineEnabled", "MachineHealthy", "MachineHasWarnings"],
  },
  MachineUnavailableForDeployment: {
    name: "Machine becomes unavailable for deployment",
    categories: ["MachineDisabled", "MachineUnavailable", "MachineUnhealthy"],
  },
  MachineHealthChanged: {
    name: "Machine health changed",
    categories: ["MachineHealthy", "MachineUnavailable", "MachineUnhealthy", "MachineHasWarnings"],
  },
};

/** Each once. @param appliesTo - what names must begin with */
export function eventCategories(appliesTo: string): { Id: string; Name: string }[] {
  const all = new Set(Object.values(groups).flatMap(({ categories }) => categories));
  return [...all]
    .filter((category) => category.startsWith(appliesTo))
    .map((category) => ({ Id: category, Name: nameOf(category) }));
}

/** @param appliesTo - what names must begin with */
export function eventGroups(appliesTo: string): { Id: string; Name: string; EventCategories: string[] }[] {
  return Object.entries(groups)
    .filter(([id]) => id.startsWith(appliesTo))
    .map(([id, { name, categories }]) => ({ Id: id, Name: name, EventCategories: [...categories] }));
}

/** The categories of these groups; an unknown group has none. */
export function categoriesOf(groupIds: readonly string[]): string[] {
  return groupIds.flatMap((id) => groups[id]?.categories ?? []);
}

/** The contract's example: `Created` reads "Document created". */
function nameOf(category: string): string {
  const words = category.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  if (["created", "modified", "deleted"].includes(words)) return `Document ${words}`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
