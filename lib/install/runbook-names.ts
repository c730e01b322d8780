/** What people see; the two underscores keep what manages apart from what is managed. */
export const templateProjectNames = {
  serialize: "__ 1. Serialize Project",
  deploy: "__ 2. Deploy Project",
  forkAndDeploy: "__ 2. Fork and Deploy Project",
  list: "__ 3. List Downstream Projects",
  findUpdates: "__ 4. Find Updates",
  mergeUpdates: "__ 5. Merge Updates",
} as const;
