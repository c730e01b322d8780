import { createHttpClient } from "../../http/http-client.ts";
import { secret, text } from "../../step/parameters.ts";
import type { GitHostOptions, HostAccess, HostAccessDefinition } from "../host-access.ts";
import { parseCloneUrl } from "../parse-clone-url.ts";
import { toApiUrl } from "./api-url.ts";
import { readRateLimit } from "./explain-refusal.ts";
import { createGetToken, type Connection } from "./sign-in.ts";

const title = "GitHub";

/** GitHub in the cloud, with data residence (ghe.com), and Enterprise Server. */
export const githubAccess = {
  title,
  defaultUrl: "https://github.com",
  exampleUrl: "https://github.example.com",
  owners: "an organization or a user",
  tokens: "a classic or fine-grained token",
  application: {
    title: "a GitHub App",
    fields: {
      gitAppId: text({
        label: "GitHub App",
        help: "Id of a GitHub App that is used in place of a token.",
        optional: true,
        mayBeUnresolved: true,
      }),
      gitAppPrivateKey: secret({
        label: "GitHub App Private Key",
        help: "The private key of that app, in PEM form.",
        optional: true,
        mayBeUnresolved: true,
      }),
    },
  },
  open: (options) => openAccess(connect(options)),
} satisfies HostAccessDefinition;

/** One client of GitHub's API: what signs in with it and what works with it share its pace. */
export function connect(options: GitHostOptions): Connection {
  const { url } = options;
  const http = createHttpClient({ ...options, peer: `GitHub at ${url}`, readRateLimit });
  return { ...options, http, apiUrl: toApiUrl(url) };
}

export function openAccess(connection: Connection): HostAccess {
  const { url, signIn } = connection;
  const getToken = createGetToken(connection);
  const username = ("token" in signIn ? signIn.username : undefined) ?? "x-access-token";
  return {
    url,
    title,
    getCredentials: async (owner) => ({ url: `${url}/${owner}`, username, token: await getToken(owner) }),
    parseCloneUrl: (address) => parseCloneUrl(url, address),
  };
}
