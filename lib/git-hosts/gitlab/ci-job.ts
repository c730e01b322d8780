import type { CiJob } from "../ci-job.ts";

/** Protected variables are for protected branches alone: these two have to be masked, and not protected. */
export const gitlabJob: CiJob = {
  title: "GitLab CI",
  path: ".gitlab-ci.yml",
  secrets: "Settings, CI/CD, Variables: masked, not protected",
  content: `validate-in-octopus:
  image: curlimages/curl
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID
  variables:
    GIT_STRATEGY: none
  script:
    - BODY="{\\"repository\\":\\"$CI_PROJECT_URL.git\\",\\"pullRequest\\":$CI_MERGE_REQUEST_IID}"
    - |
      printf 'X-Octopus-Webhook-Secret: %s\\n' "$OCTOPUS_WEBHOOK_SECRET" |
        curl --fail --silent --show-error --retry 5 -H @- -H 'Content-Type: application/json' -d "$BODY" "$OCTOPUS_WEBHOOK_URL"
`,
};
