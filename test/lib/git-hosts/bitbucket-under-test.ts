import { startBitbucketCloud } from "../../git-hosts-stand-ins/bitbucket-cloud-stand-in.ts";
import { startBitbucketDataCenter } from "../../git-hosts-stand-ins/bitbucket-data-center-stand-in.ts";
import { standInParts, type StandInUnderTest } from "./host-under-test.ts";

const apiTokenUser = "x-bitbucket-api-token-auth";

export async function startBitbucketCloudUnderTest(): Promise<StandInUnderTest> {
  const { standIn, state } = await startBitbucketCloud();
  const scopes = ["read", "write", "admin", "delete"].map((verb) => `${verb}:repository:bitbucket`);
  const more = ["read:user:bitbucket", "read:pullrequest:bitbucket", "write:pullrequest:bitbucket"];
  standIn.tokens.set("ATATT-barry", { login: "barry", scopes: [...scopes, ...more], gitUsername: apiTokenUser });
  standIn.tokens.set("ATATT-weak", { login: "barry", scopes: scopes.slice(0, 1), gitUsername: apiTokenUser });
  // A renamed repository is not found by its old name, and nothing is archived.
  const { rename: _rename, archive: _archive, ...parts } = standInParts(standIn);
  return {
    id: "bitbucket-cloud",
    signIn: { token: "ATATT-barry", username: "barry@example.com" },
    weakSignIn: { token: "ATATT-weak", username: "barry@example.com" },
    missingScope: /Give it the scope "(admin|delete):repository:bitbucket" \(it has read:repository:bitbucket\)/,
    ownerRefusals: {
      unknown: /Bitbucket has no workspace "nobody", or the token may not see it\. Check the owner\./,
      foreign: /The token may not create repositories in the workspace "lisa" \(You do not have permission/i,
    },
    ...parts,
    allowMergeMethods({ owner, name }, methods) {
      const repository = standIn.find(owner, name);
      if (repository === undefined) throw new Error(`no repository ${owner}/${name}`);
      state.repository(repository).mergeStrategies = methods.map((method) => strategies[method] ?? method);
      return Promise.resolve();
    },
  };
}

/** What Bitbucket Cloud calls each method. */
const strategies: Readonly<Record<string, string>> = {
  merge: "merge_commit",
  squash: "squash",
  rebase: "rebase_fast_forward",
};

export async function startBitbucketDataCenterUnderTest(): Promise<StandInUnderTest> {
  const { standIn, url } = await startBitbucketDataCenter();
  standIn.tokens.set("BBDC-barry", { login: "barry", scopes: ["PROJECT_ADMIN"], bearer: "may" });
  standIn.tokens.set("BBDC-weak", { login: "barry", scopes: ["REPO_READ"], bearer: "may" });
  const parts = standInParts(standIn);
  return {
    id: "bitbucket-data-center",
    signIn: { token: "BBDC-barry" },
    weakSignIn: { token: "BBDC-weak" },
    missingScope: /Give the token, and its user, the permission "(Project|Repository) admin"\./,
    ownerRefusals: {
      unknown: /Bitbucket has no project "nobody", or the token may not see it\. Check the owner\./,
      foreign: /The token may not create repositories in the personal project "~lisa" \(You are not permitted/i,
    },
    homeOf: (login) => `~${login}`,
    addressesOf: ({ owner, name }) => ({
      cloneUrl: `${url}/scm/${owner}/${name}.git`,
      webUrl: `${url}/projects/${owner.toUpperCase()}/repos/${name}/browse`,
    }),
    ...parts,
    url,
  };
}
