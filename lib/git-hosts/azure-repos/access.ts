import { createHttpClient } from "../../http/http-client.ts";
import { secret, text } from "../../step/parameters.ts";
import type { GitHostOptions, HostAccess, HostAccessDefinition } from "../host-access.ts";
import { organizationPath, parseAddress } from "./address.ts";
import { createEntraToken } from "./entra-token.ts";
import { keepTokens } from "../keep-tokens.ts";

const title = "Azure Repos";

/** Azure DevOps Services, with one organization or all of them, and Azure DevOps Server. */
export const azureReposAccess = {
  title,
  defaultUrl: "https://dev.azure.com",
  exampleUrl: "https://dev.azure.com/acme",
  owners: "an organization and a project, such as `acme/web`, or a project where the address names the organization",
  tokens: "a personal access token",
  application: {
    title: "a service principal of Microsoft Entra ID",
    fields: {
      gitEntraTenant: text({
        label: "Entra Tenant",
        help: "Id of the directory with the service principal that is used in place of a token; for another cloud its whole address, such as `https://login.microsoftonline.us/<id>`.",
        optional: true,
        mayBeUnresolved: true,
      }),
      gitEntraClientId: text({
        label: "Entra Client Id",
        help: "Application (client) id of that service principal. It is a user of the Azure DevOps organization.",
        optional: true,
        mayBeUnresolved: true,
      }),
      gitEntraClientSecret: secret({
        label: "Entra Client Secret",
        help: "A client secret of that service principal.",
        optional: true,
        mayBeUnresolved: true,
      }),
    },
  },
  open: (options) => openAccess(options),
} satisfies HostAccessDefinition;

/** How a token goes to the API, which takes those of people in another way than those of Entra ID. */
export type Scheme = "Basic" | "Bearer";

export function schemeOf({ signIn }: Pick<GitHostOptions, "signIn">): Scheme {
  return "token" in signIn ? "Basic" : "Bearer";
}

/** Git takes both kinds as a password, for any user (git-credential-manager does so: "Azure Repos: Access tokens and Accounts"). */
function openAccess(options: GitHostOptions): HostAccess {
  const { url, signIn } = options;
  const getToken = createGetToken(options);
  const username = ("token" in signIn ? signIn.username : undefined) ?? "x-access-token";
  return {
    url,
    title,
    getCredentials: async (owner) => ({
      url: `${url}${organizationPath(owner)}`,
      username,
      token: await getToken(),
    }),
    parseCloneUrl: (address) => parseAddress(url, address),
  };
}

function createGetToken(options: GitHostOptions): () => Promise<string> {
  const { signIn, now = () => new Date(), onSecret } = options;
  if ("token" in signIn) return () => Promise.resolve(signIn.token);
  const { gitEntraTenant = "", gitEntraClientId = "", gitEntraClientSecret = "" } = signIn.application;
  const http = createHttpClient({ ...options, peer: "Microsoft Entra ID" });
  const principal = { tenant: gitEntraTenant, clientId: gitEntraClientId, clientSecret: gitEntraClientSecret };
  // One token serves all organizations.
  const getToken = keepTokens({ create: () => createEntraToken(http, principal, { now }), now, onSecret });
  return () => getToken("");
}
