import { editRepository, readFileAt } from "../../test/git-server/edit-repository.ts";
import { startGiteaStandIn } from "../../test/git-hosts-stand-ins/gitea-stand-in.ts";

/** A Git host on this machine: real repositories, and as much of Gitea's API as forks and pull requests take. */
export interface DemoGitHost {
  readonly url: string;
  /** Of somebody who may read `acme` and write `managed-spaces`; goes with the user name `x-access-token`. */
  readonly token: string;
  /** What is at a path of `owner/name`, on its default branch. */
  read(repository: string, path: string): string;
  /** Presses "Merge" in a pull request. */
  merge(repository: string, number: number): void;
  close(): Promise<void>;
}

/** Where the template is, and who owns the copies. */
export const owners = { template: "acme", copies: "managed-spaces" } as const;

/** The template's repository before Octopus writes to it: a README and nothing else. */
export const templateRepository = `${owners.template}/hello_world_cac`;

export async function startDemoGitHost(token: string): Promise<DemoGitHost> {
  const { standIn } = await startGiteaStandIn();
  standIn.accounts.set("barry", "User").set(owners.template, "Organization").set(owners.copies, "Organization");
  standIn.tokens.set(token, { login: "barry", scopes: ["write:repository", "write:organization", "write:user"] });
  const [owner = "", name = ""] = templateRepository.split("/");
  const path = standIn.pathOf(standIn.add(owner, name));
  editRepository(path, {
    message: "A place for a project",
    author: "Barry",
    files: { "README.md": "# Hello World CaC\n" },
  });
  const pathOf = (repository: string): string => standIn.server.pathOf(`${repository}.git`);
  return {
    url: standIn.server.url,
    token,
    read: (repository, file) => readFileAt(pathOf(repository), "refs/heads/main", file),
    merge(repository, number) {
      const [ownerOf = "", nameOf = ""] = repository.split("/");
      const found = standIn.find(ownerOf, nameOf);
      if (found === undefined) throw new Error(`The Git host has no repository "${repository}".`);
      standIn.merge(found, number);
    },
    close: () => standIn.close(),
  };
}
