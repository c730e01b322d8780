import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { projectRoot } from "../../build/project.ts";
import type { CiJob } from "../../lib/git-hosts/ci-job.ts";
import { ciJobs } from "../../lib/git-hosts/ci-jobs.ts";
import { readPayload, type Payload } from "../../lib/validation/read-payload.ts";
import { startGitServer } from "../git-server/git-server.ts";

// What docs/pull-requests.md gives to a host's CI is run by a shell, against something that listens.

const run = promisify(execFile);
const page = readFileSync(join(projectRoot, "docs/pull-requests.md"), "utf8");
const secret = "correct horse 'battery' $HOME \"staple\"";

interface Received {
  secret: string;
  payload: Payload;
}

let address = "";
let received: Received[] = [];

beforeAll(async () => {
  const server = await startGitServer({
    answerApi: ({ headers, body }) => {
      received.push({
        secret: String(headers["x-octopus-webhook-secret"]),
        payload: readPayload(JSON.stringify(body)),
      });
      return { status: 200 };
    },
  });
  address = `${server.url}/api/Spaces-1/webhook/1`;
  return () => server.close();
});

const Actions = z.object({
  jobs: z.object({
    validate: z.object({
      steps: z.tuple([z.object({ env: z.record(z.string(), z.string()), run: z.string() })]),
    }),
  }),
});

interface Script {
  script: string;
  variables?: Record<string, string>;
}

/** GitHub's and Gitea's runners put values into expressions before a shell sees them. */
function readActions({ content }: CiJob): Script {
  const [{ env, run: script }] = Actions.parse(parse(content)).jobs.validate.steps;
  const values: Record<string, string> = {
    "secrets.OCTOPUS_WEBHOOK_URL": address,
    "secrets.OCTOPUS_WEBHOOK_SECRET": secret,
    "github.repository": "acme/web",
    "github.event.number": "5",
  };
  const fill = (text: string): string => text.replace(/\$\{\{ ([\w.]+) \}\}/g, (_, name: string) => values[name] ?? "");
  return { script, variables: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])) };
}

const GitLab = z.object({ "validate-in-octopus": z.object({ script: z.array(z.string()) }) });
const Bitbucket = z.object({
  pipelines: z.object({
    "pull-requests": z.object({ "**": z.array(z.object({ step: z.object({ script: z.array(z.string()) }) })) }),
  }),
});
const Azure = z.object({ steps: z.array(z.object({ bash: z.optional(z.string()) })) });

const hosts: Record<keyof typeof ciJobs, { read: (job: CiJob) => Script; repository?: string }> = {
  github: { read: readActions, repository: "acme/web" },
  gitea: { read: readActions, repository: "acme/web" },
  gitlab: {
    read: ({ content }) => ({
      script: GitLab.parse(parse(content))["validate-in-octopus"].script.join("\n"),
      variables: { CI_PROJECT_URL: "https://gitlab.example.com/acme/web", CI_MERGE_REQUEST_IID: "5" },
    }),
    repository: "https://gitlab.example.com/acme/web.git",
  },
  "bitbucket-cloud": {
    read: ({ content }) => ({
      script: Bitbucket.parse(parse(content))
        .pipelines["pull-requests"]["**"].flatMap(({ step }) => step.script)
        .join("\n"),
      variables: { BITBUCKET_REPO_FULL_NAME: "acme/web", BITBUCKET_PR_ID: "5" },
    }),
    repository: "acme/web",
  },
  "bitbucket-data-center": {
    read: ({ content }) => ({
      // As Groovy reads a text between three quotes.
      script: (/sh '''(.*?)'''/s.exec(content)?.[1] ?? "").replaceAll("\\\\", "\\"),
      variables: { CHANGE_ID: "5" },
    }),
  },
  "azure-repos": {
    read: ({ content }) => ({
      script: Azure.parse(parse(content)).steps.flatMap(({ bash }) => bash ?? [])[0] ?? "",
      variables: {
        BUILD_REPOSITORY_URI: "https://dev.azure.com/acme/shop/_git/web",
        SYSTEM_PULLREQUEST_PULLREQUESTID: "5",
      },
    }),
    repository: "https://dev.azure.com/acme/shop/_git/web",
  },
};

test.each(Object.entries(ciJobs))(
  "the job for %s is on the page, and calls Octopus with the secret",
  async (id, job) => {
    const host = Object.entries(hosts).find(([name]) => name === id)?.[1];
    const { script, variables } = host?.read(job) ?? { script: "exit 1", variables: {} };
    received = [];

    const { stdout } = await run("bash", ["-euo", "pipefail", "-c", script], {
      env: {
        PATH: process.env["PATH"],
        OCTOPUS_WEBHOOK_URL: address,
        OCTOPUS_WEBHOOK_SECRET: secret,
        NO_PROXY: "127.0.0.1",
        ...variables,
      },
    });

    expect(page).toContain(`\`${job.path}\``);
    expect(page).toContain(job.content);
    expect(received).toEqual([
      { secret, payload: expect.objectContaining({ number: 5, repository: host?.repository }) },
    ]);
    expect(stdout).not.toContain("staple");
  },
);
