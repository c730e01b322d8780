import { startAzureRepos, type AzureRepos } from "../../git-hosts-stand-ins/azure-repos-stand-in.ts";
import type { StandInUnderTest } from "./host-under-test.ts";
import { standInParts } from "./host-under-test.ts";

interface Path {
  owner: string;
  name: string;
}

export const organization = "fabrikam";

/** What a personal access token has that may do all that is done. */
export const allScopes = ["vso.code", "vso.code_write", "vso.code_manage"];

export async function startAzure(): Promise<AzureRepos> {
  const azure = await startAzureRepos();
  azure.standIn.tokens.set("pat-barry", { login: "barry", scopes: allScopes });
  azure.standIn.tokens.set("pat-weak", { login: "barry", scopes: ["vso.code"] });
  for (const project of ["acme", "contoso", "barry", "lisa"])
    azure.standIn.accounts.set(`${organization}/${project}`, "Organization");
  return azure;
}

/** An organization in which the owners of the contract are projects. */
export async function startAzureReposUnderTest(): Promise<StandInUnderTest> {
  const { standIn, threads, subscriptions } = await startAzure();
  const { rename: _rename, ...parts } = standInParts(standIn);
  const at = <T extends Path>({ owner, name }: T): Path => ({ owner: `${organization}/${owner}`, name });
  const url = `${standIn.server.url}/${organization}`;
  return {
    ...parts,
    id: "azure-repos",
    hasNoPreference: true,
    url,
    signIn: { token: "pat-barry" },
    weakSignIn: { token: "pat-weak" },
    missingScope: /and that it has the scope "Code \(Read, write, & manage\)"\./,
    ownerRefusals: {
      unknown: /There is no project "nobody", or the user may not see it\. Check the owner\./i,
      foreign: /The user lacks the permission "Create repository" \(TF401027: /i,
    },
    addressesOf: ({ owner, name }) => {
      const address = `${url}/${owner}/_git/${name}`;
      return { cloneUrl: address, webUrl: address };
    },
    seed: (path, edits) => parts.seed(at(path), edits),
    protect: (path, branch) => parts.protect(at(path), branch),
    merge: (path, number, how) => parts.merge(at(path), number, how),
    closePullRequest: (path, number) => parts.closePullRequest(at(path), number),
    allowMergeMethods: async (path, methods) => parts.allowMergeMethods?.(at(path), methods),
    archive: async (path) => parts.archive?.(at(path)),
    openFromFork: (path, { fork, branch }) => parts.openFromFork(at(path), { fork: at(fork), branch }),
    listStatuses: (path, commit) => parts.listStatuses(at(path), commit),
    listComments: (path, number) => {
      const pull = standIn.find(at(path).owner, path.name)?.pulls.find((each) => each.number === number);
      const own = pull === undefined ? [] : (threads.get(pull) ?? []);
      return Promise.resolve(own.flatMap(({ comments }) => comments.map(({ content }) => content)));
    },
    block: async (path, number, reason) => (await parts.block?.(at(path), number, reason)) ?? reason,
    listWebhooks: () =>
      Promise.resolve([...new Set(subscriptions.map(({ consumerInputs }) => String(consumerInputs["url"])))]),
  };
}
