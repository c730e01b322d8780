/** What the deployment settings say and the project does not, false unless somebody says otherwise (docs, deployment settings and projects). */
export const switchesOfSettings = ["CancelQueuedTasks", "CancelRunningTasks", "FailTargetDiscovery"] as const;
