import { startBitbucketCloud } from "../../git-hosts-stand-ins/bitbucket-cloud-stand-in.ts";
import { standInParts, type HostUnderTest } from "./host-under-test.ts";

const apiTokenUser = "x-bitbucket-api-token-auth";

export async function startBitbucketCloudUnderTest(): Promise<HostUnderTest> {
  const { standIn } = await startBitbucketCloud();
  const scopes = ["read", "write", "admin", "delete"].map((verb) => `${verb}:repository:bitbucket`);
  const more = ["read:user:bitbucket", "read:pullrequest:bitbucket", "write:pullrequest:bitbucket"];
  standIn.tokens.set("ATATT-barry", { login: "barry", scopes: [...scopes, ...more], gitUsername: apiTokenUser });
  standIn.tokens.set("ATATT-weak", { login: "barry", scopes: scopes.slice(0, 1), gitUsername: apiTokenUser });
  return {
    id: "bitbucket-cloud",
    signIn: { token: "ATATT-barry", username: "barry@example.com" },
    weakSignIn: { token: "ATATT-weak", username: "barry@example.com" },
    missingScope: /Give it the scope "(admin|delete):repository:bitbucket" \(it has read:repository:bitbucket\)/,
    ownerRefusals: {
      unknown: /Bitbucket has no workspace "nobody", or the token may not see it\. Check the owner\./,
      foreign: /The token may not create repositories in the workspace "lisa" \(You do not have permission/i,
    },
    lacks: ["old names", "archive"],
    ...standInParts(standIn),
  };
}
