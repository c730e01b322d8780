import type { CiJob } from "../ci-job.ts";

/** It has no CI of its own: any server that builds pull requests can run this. */
export const bitbucketDataCenterJob: CiJob = {
  title: "Bitbucket Data Center: Jenkins, or any shell",
  path: "Jenkinsfile",
  secrets: "Credentials, Secret text: octopus-webhook-url and octopus-webhook-secret",
  content: `pipeline {
  agent any
  stages {
    stage('Validate in Octopus') {
      when { changeRequest() }
      environment {
        OCTOPUS_WEBHOOK_URL = credentials('octopus-webhook-url')
        OCTOPUS_WEBHOOK_SECRET = credentials('octopus-webhook-secret')
      }
      steps {
        sh '''
          BODY="{\\\\"pullRequest\\\\":$CHANGE_ID}"
          printf 'X-Octopus-Webhook-Secret: %s\\\\n' "$OCTOPUS_WEBHOOK_SECRET" |
            curl --fail --silent --show-error --retry 5 -H @- -H 'Content-Type: application/json' -d "$BODY" "$OCTOPUS_WEBHOOK_URL"
        '''
      }
    }
  }
}
`,
};
