import { expect, test } from "vitest";
import { explainFailure } from "../../../lib/git/explain-failure.ts";
import { pushCommit } from "../../../lib/git/push.ts";
import { NotAllowedError } from "../../../lib/step/errors.ts";
import { protectBranch } from "../../git-server/git-server.ts";
import { pairOf } from "./repositories.ts";

const rejected =
  " ! [remote rejected] main -> main (pre-receive hook declined)\nerror: failed to push some refs to 'https://git.example.com/acme/web.git'";
const forbidden =
  "fatal: unable to access 'https://git.example.com/acme/web.git/': The requested URL returned error: 403";

/** What hosts write when they refuse a push, and how the sentence for it begins. */
test.for([
  [
    "archived, GitHub",
    `remote: This repository was archived so it is read-only.\n${forbidden}`,
    "The repository is archived",
  ],
  [
    "archived, Gitea",
    `remote: This repo is archived. You can view files and clone it, but cannot push or open issues/pull-requests.\n${forbidden}`,
    "The repository is archived",
  ],
  [
    "archived, GitLab",
    `remote: You can't push code to an archived project.\n${forbidden}`,
    "The repository is archived",
  ],
  [
    "locked, GitHub",
    `remote: Repository has been locked for migration.\n${forbidden}`,
    "The repository is locked or disabled",
  ],
  [
    "disabled, GitHub",
    `remote: Access to this repository has been disabled by GitHub staff.\n${forbidden}`,
    "The repository is locked or disabled",
  ],
  ["mirror, Gitea", `remote: mirror repository is read-only\n${forbidden}`, "The repository is locked or disabled"],
  [
    "read-only, GitLab",
    `remote: The repository is temporarily read-only. Please try again later.\n${forbidden}`,
    "The repository only lets itself be read for now",
  ],
  [
    "read-only, Bitbucket",
    `remote: This repository is in read-only mode\n${rejected}`,
    "The repository only lets itself be read for now",
  ],
  [
    "user limit, Bitbucket",
    `remote: [ALERT] Your push failed because the account 'acme' has exceeded its user limit and this repository is restricted to read-only access.\n${rejected}`,
    "The repository, or its owner, has used up",
  ],
  [
    "size, GitLab",
    `remote: GitLab: Your push has been rejected, because this repository has exceeded its size limit of 10 GB by 1 GB.\n${rejected}`,
    "The repository, or its owner, has used up",
  ],
  ["quota, Forgejo", `remote: Quota exceeded\n${forbidden}`, "The repository, or its owner, has used up"],
  [
    "push too large, GitHub",
    `remote: fatal: pack exceeds maximum allowed size (2.00 GiB)\n${rejected}`,
    "The repository, or its owner, has used up",
  ],
  [
    "large file, GitHub",
    `remote: error: GH001: Large files detected. You may want to try Git Large File Storage - https://git-lfs.github.com.\nremote: error: File a.bin is 120.00 MB; this exceeds GitHub's file size limit of 100.00 MB\n${rejected}`,
    "The commits hold a file that is larger",
  ],
  [
    "large file, GitLab",
    `remote: GitLab: File "a.bin" is larger than the allowed size of 10 MB. Use Git LFS to manage this file.\n${rejected}`,
    "The commits hold a file that is larger",
  ],
  [
    "secret, GitHub",
    `remote: error: GH013: Repository rule violations found for refs/heads/main.\nremote:\nremote: - GITHUB PUSH PROTECTION\nremote:     - Push cannot contain secrets\n ! [remote rejected] main -> main (push declined due to repository rule violations)`,
    "The host found a secret",
  ],
  [
    "secret, GitLab",
    `remote: GitLab:\nremote: PUSH BLOCKED: Secrets detected in code changes\n${rejected}`,
    "The host found a secret",
  ],
  [
    "secret, Azure",
    `remote: VS403654: The push was rejected because it contains one or more secrets.\n${rejected}`,
    "The host found a secret",
  ],
  [
    "signed, GitHub",
    `remote: error: GH013: Repository rule violations found for refs/heads/main.\nremote:\nremote: - Commits must have verified signatures.\nremote:   Found 1 violation:\n ! [remote rejected] main -> main (push declined due to repository rule violations)`,
    "The branch takes signed commits only",
  ],
  [
    "signed, GitHub's older rules",
    `remote: error: GH006: Protected branch update failed for refs/heads/main.\nremote: error: Commits must have valid signatures.\n${rejected}`,
    "The branch takes signed commits only",
  ],
  [
    "signed, GitLab",
    `remote: GitLab: Commit must be signed with a GPG key\n${rejected}`,
    "The branch takes signed commits only",
  ],
  [
    "signed, Gitea",
    `remote: Gitea: branch main is protected from unverified commit 0815\n${rejected}`,
    "The branch takes signed commits only",
  ],
  [
    "email, GitHub",
    `remote: error: GH007: Your push would publish a private email address.\n${rejected}`,
    "A rule of the host does not take whom the commits are by",
  ],
  [
    "committer, GitLab",
    `remote: GitLab: You cannot push commits for 'managed-spaces@localhost'. You can only push commits if the committer email is one of your own verified emails.\n${rejected}`,
    "A rule of the host does not take whom the commits are by",
  ],
  [
    "author, GitLab",
    `remote: GitLab: Author 'managed-spaces@localhost' is not a member of team\n${rejected}`,
    "A rule of the host does not take whom the commits are by",
  ],
  [
    "merge queue, GitHub",
    `remote: error: GH006: Protected branch update failed for refs/heads/main.\nremote: error: Changes must be made through the merge queue\n ! [remote rejected] main -> main (protected branch hook declined)`,
    "The branch is merged into by a merge queue alone",
  ],
  [
    "linear, GitHub",
    `remote: error: GH013: Repository rule violations found for refs/heads/main.\nremote: - This branch must not contain merge commits.\n ! [remote rejected] main -> main (push declined due to repository rule violations)`,
    "The branch takes no merge commits",
  ],
  [
    "code owners, GitLab",
    "remote: GitLab: Pushes to protected branches that contain changes to files that match patterns defined in `CODEOWNERS` are disabled for this project.\n" +
      rejected,
    "The code owners of the repository have to approve",
  ],
  [
    "pull requests, GitHub",
    `remote: error: GH013: Repository rule violations found for refs/heads/main.\nremote: - Changes must be made through a pull request.\n ! [remote rejected] main -> main (push declined due to repository rule violations)`,
    "The branch is protected and takes no direct pushes",
  ],
  [
    "pull requests, Azure",
    ` ! [remote rejected] main -> main (TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.)`,
    "The branch is protected and takes no direct pushes",
  ],
  [
    "large files, GitLab",
    `remote: GitLab: LFS objects are missing. Ensure LFS is properly set up or try a manual "git lfs push --all".\n${rejected}`,
    "The host refuses commits whose Git LFS files it does not have",
  ],
] as const)("one clear sentence: %s", ([, text, beginning]) => {
  const { message } = explainFailure(text);

  expect(message.slice(0, beginning.length)).toBe(beginning);
  expect(message.split(/[.:] /).length).toBeLessThanOrEqual(4);
});

test("names that hold such words are no rule of the host", () => {
  for (const name of ["was-archived", "merge queue", "code owner", "verified signature", "read-only mode"]) {
    const text = `To https://git.example.com/acme/${name}.git\n ! [rejected] ${name} -> ${name} (fetch first)\nerror: failed to push some refs`;
    expect(explainFailure(text).message).toBe("The branch got other commits in the meantime. Run the step again.");
  }
});

test("a rule that a real hook enforces is told with the branch", async () => {
  const pair = await pairOf();
  protectBranch(
    pair.downstream,
    "main",
    "error: GH013: Repository rule violations found. - Commits must have verified signatures for",
  );
  const { repository, downstream, into } = await pair.look();
  const tree = (await repository.git.run(["rev-parse", `${into}^{tree}`])).trim();
  const environment = Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((who) => [
      [`GIT_${who}_NAME`, "Lisa"],
      [`GIT_${who}_EMAIL`, "lisa@example.com"],
    ]),
  );
  const commit = (await repository.git.run(["commit-tree", tree, "-p", into, "-m", "Mine"], { environment })).trim();

  const pushing = pushCommit(repository, downstream, { commit, branch: "main" });

  await expect(pushing).rejects.toThrow(
    /^Failed to push to the branch "main" of ".*": the branch takes signed commits only\. Enter a "Commit Signing Key"/,
  );
  await expect(pushing).rejects.toBeInstanceOf(NotAllowedError);
});
