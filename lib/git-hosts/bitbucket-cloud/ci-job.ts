import type { CiJob } from "../ci-job.ts";

export const bitbucketCloudJob: CiJob = {
  title: "Bitbucket Pipelines",
  path: "bitbucket-pipelines.yml",
  secrets: "Repository settings, Repository variables: secured",
  content: `pipelines:
  pull-requests:
    "**":
      - step:
          name: Validate in Octopus
          clone:
            enabled: false
          script:
            - BODY="{\\"repository\\":\\"$BITBUCKET_REPO_FULL_NAME\\",\\"pullRequest\\":$BITBUCKET_PR_ID}"
            - >-
              printf 'X-Octopus-Webhook-Secret: %s\\n' "$OCTOPUS_WEBHOOK_SECRET" |
              curl --fail --silent --show-error --retry 5 -H @- -H 'Content-Type: application/json' -d "$BODY" "$OCTOPUS_WEBHOOK_URL"
`,
};
