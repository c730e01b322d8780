import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createGitHost, gitHosts } from "../../../lib/git-hosts/index.ts";
import { findGitea } from "../../gitea/start-gitea.ts";
import { startAzureReposUnderTest } from "./azure-repos-under-test.ts";
import { testGitHost } from "./contract.ts";
import { startBitbucketCloudUnderTest, startBitbucketDataCenterUnderTest } from "./bitbucket-under-test.ts";
import {
  startGiteaStandInUnderTest,
  startGiteaUnderTest,
  startGitHubUnderTest,
  startGitLabUnderTest,
} from "./host-under-test.ts";

const program = findGitea();

describe("Bitbucket Cloud, as documented", () => {
  testGitHost(startBitbucketCloudUnderTest);
});

describe("Bitbucket Data Center, as documented", () => {
  testGitHost(startBitbucketDataCenterUnderTest);
});

describe("GitHub, as documented", () => {
  testGitHost(startGitHubUnderTest);
});

describe("Gitea, as documented", () => {
  testGitHost(startGiteaStandInUnderTest);
});

describe("GitLab, as documented", () => {
  testGitHost(startGitLabUnderTest);
});

describe("GitLab below a relative URL", () => {
  testGitHost(() => startGitLabUnderTest({ root: "tools/gitlab" }));
});

describe.skipIf(program === undefined)("Gitea for real, where test/gitea/build.sh built one", () => {
  testGitHost(() => startGiteaUnderTest(program ?? ""));
});

describe("Azure Repos, as documented", () => {
  testGitHost(startAzureReposUnderTest);
});

test("the registry holds every folder, and nothing else", () => {
  const folder = join(import.meta.dirname, "../../../lib/git-hosts");
  const entries = readdirSync(folder, { withFileTypes: true });

  expect(Object.keys(gitHosts)).toEqual(
    entries
      // Of others there may be a job for their CI alone.
      .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "access.ts")))
      .map(({ name }) => name)
      .toSorted(),
  );
});

test("an address that is missing, wrong or holds credentials is refused", () => {
  const signIn = { token: "t" };

  expect(createGitHost("github", { signIn }).url).toBe("https://github.com");
  expect(() => createGitHost("gitea", { signIn })).toThrow(
    "The address of Gitea or Forgejo is missing. Enter one that begins with https://.",
  );
  expect(() => createGitHost("gitea", { signIn, url: "git.example.com" })).toThrow(
    /is no address\. Use one that begins with https:/,
  );
  expect(() => createGitHost("gitea", { signIn, url: "https://lisa:secret@git.example.com" })).toThrow(
    /holds credentials\. Enter the token as the token/,
  );
});
