import type { CiJob } from "../ci-job.ts";

/** Gitea Actions and Forgejo Actions read what GitHub's do; a run for a fork gets no secrets. */
export const giteaJob: CiJob = {
  title: "Gitea and Forgejo Actions",
  path: ".gitea/workflows/validate-in-octopus.yml",
  secrets: "Settings, Actions, Secrets",
  content: `name: Validate in Octopus
on: pull_request
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
