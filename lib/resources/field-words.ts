/** What people call fields whose names in the API say it in other words. */
const words: Readonly<Record<string, string>> = {
  "Octopus.Action.ExecutionTimeout.Minutes": "time limit",
  "Octopus.Action.Script.ScriptBody": "script",
  "Octopus.Action.Script.Syntax": "script language",
  "Octopus.Action.AutoRetry.MaximumCount": "number of retries",
  "Octopus.Action.AutoRetry.MinimumBackoff": "pause before a retry",
  "Octopus.Action.TargetRoles": "target tags",
  "Octopus.Action.MaxParallelism": "window of the rolling deployment",
  "Octopus.Step.ConditionVariableExpression": "run condition's expression",
  Condition: "run condition",
  StartTrigger: "start trigger",
  WorkerPoolId: "worker pool",
  WorkerPoolVariable: "worker pool variable",
  IsDisabled: "whether it is disabled",
  IsRequired: "whether it is required",
  ExcludedEnvironments: "environments that it leaves out",
  TenantTags: "tenant tags",
  Environments: "environments",
  Image: "container image",
  LifecycleId: "lifecycle",
  ProjectGroupId: "project group",
  IncludedLibraryVariableSetIds: "library variable sets",
  RunRetentionPolicy: "retention policy",
  IsSensitive: "whether it is sensitive",
};

/** Units that names of fields end with. */
const units: Readonly<Record<string, string>> = {
  Minutes: "minutes",
  Seconds: "seconds",
  Hours: "hours",
  Days: "days",
};

/** A field in words: `time limit`, `worker pool`; what nobody has a word for as its name is written: `maximum count`. */
export function wordsOfField(name: string): string {
  const known = words[name];
  if (known !== undefined) return known;
  const last = name.split(".").at(-1) ?? name;
  return (
    last
      .replace(/Id(s?)$/, "$1")
      .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
      .toLowerCase() || name
  );
}

/** What a number in the field counts; "" where its name does not say. */
export function unitOfField(name: string): string {
  const ending = Object.keys(units).find((unit) => name.endsWith(unit));
  return ending === undefined ? "" : (units[ending] ?? "");
}
