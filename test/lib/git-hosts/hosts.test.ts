import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createGitHost, gitHosts } from "../../../lib/git-hosts/index.ts";
import { findGitea } from "../../gitea/start-gitea.ts";
import { describeGitHost } from "./contract.ts";
import { startGiteaStandInUnderTest, startGiteaUnderTest, startGitHubUnderTest } from "./host-under-test.ts";

describeGitHost("GitHub, as documented", startGitHubUnderTest);
describeGitHost("Gitea, as documented", startGiteaStandInUnderTest);

const program = findGitea();
if (program === undefined)
  test.skip("Gitea for real: there is none on this machine; test/gitea/build.sh builds it", () => undefined);
else describeGitHost("Gitea for real", () => startGiteaUnderTest(program));

test("the registry holds every folder, and nothing else", () => {
  const entries = readdirSync(join(import.meta.dirname, "../../../lib/git-hosts"), { withFileTypes: true });

  expect(Object.keys(gitHosts)).toEqual(
    entries
      .filter((entry) => entry.isDirectory())
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
