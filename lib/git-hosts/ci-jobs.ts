import { azureReposJob } from "./azure-repos/ci-job.ts";
import { bitbucketCloudJob } from "./bitbucket-cloud/ci-job.ts";
import { bitbucketDataCenterJob } from "./bitbucket-data-center/ci-job.ts";
import type { CiJob } from "./ci-job.ts";
import { giteaJob } from "./gitea/ci-job.ts";
import { githubJob } from "./github/ci-job.ts";
import { gitlabJob } from "./gitlab/ci-job.ts";

/** By the folder of the host: what its CI may run in place of a webhook. */
export const ciJobs = {
  gitea: giteaJob,
  github: githubJob,
  gitlab: gitlabJob,
  "bitbucket-cloud": bitbucketCloudJob,
  "bitbucket-data-center": bitbucketDataCenterJob,
  "azure-repos": azureReposJob,
} as const satisfies Record<string, CiJob>;

/** @returns undefined for a host without one */
export function findCiJob(hostId: string): CiJob | undefined {
  return Object.entries(ciJobs).find(([id]) => id === hostId)?.[1];
}
