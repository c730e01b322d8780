/** What people see; the two underscores keep what manages apart from what is managed. */
export const templateProjectNames = {
  serialize: "__ 1. Serialize Project",
  deploy: "__ 2. Deploy Project",
  forkAndDeploy: "__ 2. Fork and Deploy Project",
  list: "__ 3. List Downstream Projects",
  findUpdates: "__ 4. Find Updates",
  mergeUpdates: "__ 5. Merge Updates",
  validate: "__ 6. Validate Branch",
} as const;

/** What starts the validation of pull requests, and what looks for updates after a push. */
export const gitHookNames = {
  schedule: "Validate Branch Every Hour",
  requests: "Validate Branch on Pull Request",
  push: "Look for Updates on Push",
  /** A sensitive variable of the project that carries the runbooks. */
  secret: "GitHook.Secret",
} as const;

/** Those that bring what a golden space has to the others. */
export const goldenSpaceNames = {
  serialize: "__ 1. Serialize Space",
  deploy: "__ 2. Deploy Space",
  findUpdates: "__ 3. Find Updates",
} as const;

/** What looks at the whole fleet. */
export const fleetNames = {
  project: "__ Fleet",
  runbook: "__ Report Fleet",
  reportStep: "Report Fleet",
  mailStep: "Mail What Became Worse",
  webhookStep: "Post What Became Worse",
  trigger: "Report Fleet Every Hour",
  instances: "Managed Instances",
  mailTo: "Fleet.Mail.To",
  webhookUrl: "Fleet.Webhook.Url",
} as const;

/** What the project is called that has them. */
export function nameGoldenSpaceProject(space: string): string {
  return `__ Space ${space}`;
}

/** What the project with a template's management runbooks is called, where the template cannot carry them itself. */
export function nameCompanion(template: string): string {
  return `__ ${template}`;
}
