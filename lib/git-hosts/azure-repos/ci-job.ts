import type { CiJob } from "../ci-job.ts";

/** Azure Repos runs it for pull requests by a branch policy of the kind "Build validation". */
export const azureReposJob: CiJob = {
  title: "Azure Pipelines",
  path: "azure-pipelines.yml",
  secrets: "the pipeline's Variables, kept secret",
  content: `trigger: none
pool:
  vmImage: ubuntu-latest
steps:
  - checkout: none
  - bash: |
      BODY="{\\"repository\\":\\"$BUILD_REPOSITORY_URI\\",\\"pullRequest\\":$SYSTEM_PULLREQUEST_PULLREQUESTID}"
      printf 'X-Octopus-Webhook-Secret: %s\\n' "$OCTOPUS_WEBHOOK_SECRET" |
        curl --fail --silent --show-error --retry 5 -H @- -H 'Content-Type: application/json' -d "$BODY" "$OCTOPUS_WEBHOOK_URL"
    condition: eq(variables['Build.Reason'], 'PullRequest')
    displayName: Validate in Octopus
    env:
      OCTOPUS_WEBHOOK_URL: $(OCTOPUS_WEBHOOK_URL)
      OCTOPUS_WEBHOOK_SECRET: $(OCTOPUS_WEBHOOK_SECRET)
`,
};
