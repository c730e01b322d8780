import { onTestFinished } from "vitest";
import { editRepository, readFileAt, type Edit } from "../../git-server/edit-repository.ts";
import { startGitServer, type GitServer, type GitServerOptions } from "../../git-server/git-server.ts";
import { textOf, type Fields } from "../model/fields.ts";
import type { OctopusServerOptions } from "../octopus-server.ts";
import { createApiStage, type ApiStage } from "./api-stage.ts";

/** A server of its own, and a Git server with the repository `team/app.git`, whose branch `main` has one file. */
export interface GitStage extends ApiStage {
  git: GitServer;
  repository: string;
  url: string;
  /** The persistence settings of a project in this repository. */
  settings(more?: Fields): Fields;
  /** Moves a project to Git. @returns it as it is then */
  convert(project: Fields, more?: Fields): Promise<Fields>;
  /** Commits behind the server's back. */
  edit(edit: Edit): string;
  /** @returns the text of a file at a branch */
  file(path: string, branch?: string): string;
}

export async function createGitStage({
  git: gitOptions,
  ...options
}: OctopusServerOptions & { git?: GitServerOptions } = {}): Promise<GitStage> {
  const stage = await createApiStage(options);
  const git = await startGitServer(gitOptions);
  onTestFinished(() => git.close());
  const repository = git.createRepository("team/app.git");
  editRepository(repository, { files: { "README.md": "# App\n" } });
  const url = `${git.url}/team/app.git`;
  const settings = (more: Fields = {}): Fields => ({
    Type: "VersionControlled",
    Url: url,
    DefaultBranch: "main",
    BasePath: ".octopus",
    ProtectedBranchNamePatterns: [],
    ProtectedDefaultBranch: false,
    Credentials: { Type: "Anonymous" },
    ...more,
  });
  return {
    ...stage,
    git,
    repository,
    url,
    settings,
    async convert(project, more = {}) {
      const address = `/api/Spaces-1/projects/${textOf(project, "Id")}`;
      await stage.post(`${address}/git/convert`, {
        CommitMessage: "Move to Git",
        VersionControlSettings: settings(more),
      });
      return stage.get(address);
    },
    edit: (edit) => editRepository(repository, edit),
    file: (path, branch = "main") => readFileAt(repository, `refs/heads/${branch}`, path),
  };
}
