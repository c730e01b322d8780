import type { CiJob } from "../ci-job.ts";

/** A run for a fork gets no secrets, so that a stranger's request starts nothing: the schedule looks at it. */
export const githubJob: CiJob = {
  title: "GitHub Actions",
  path: ".github/workflows/validate-in-octopus.yml",
  secrets: "Settings, Secrets and variables, Actions",
  content: `name: Validate in Octopus
on: pull_request
permissions: {}
jobs:
  validate:
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    steps:
      - env:
          URL: \${{ secrets.OCTOPUS_WEBHOOK_URL }}
          SECRET: \${{ secrets.OCTOPUS_WEBHOOK_SECRET }}
          BODY: '{"repository":"\${{ github.repository }}","pullRequest":\${{ github.event.number }}}'
        run: |
          printf 'X-Octopus-Webhook-Secret: %s\\n' "$SECRET" |
            curl --fail --silent --show-error --retry 5 -H @- -H 'Content-Type: application/json' -d "$BODY" "$URL"
`,
};
