import type { HttpClient } from "../../http/http-client.ts";
import { createHostApi } from "../create-host-api.ts";
import { explainMoved } from "../explain-moved.ts";
import type { GitHostOptions } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { keepTokens, type GetToken } from "../keep-tokens.ts";
import { linkPaging } from "../link-paging.ts";
import { createAppJwt, readPrivateKey } from "./app-jwt.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { createInstallationToken } from "./installation-token.ts";

export interface Connection extends GitHostOptions {
  http: HttpClient;
  apiUrl: string;
}

export const versionHeaders = {
  accept: "application/vnd.github+json",
  "x-github-api-version": "2022-11-28",
  "user-agent": "managed-spaces",
};

/** The one token, or for a GitHub App that of its installation at the owner. */
export function createGetToken(options: Connection): GetToken {
  const { signIn, now = () => new Date(), onSecret } = options;
  if ("token" in signIn) return () => Promise.resolve(signIn.token);
  const { gitAppId = "", gitAppPrivateKey = "" } = signIn.application;
  const api = openAppApi({ ...options, applicationId: gitAppId, privateKey: gitAppPrivateKey, now });
  return keepTokens({ create: (owner) => createInstallationToken(api, owner), now, onSecret });
}

interface AppOptions extends Connection {
  applicationId: string;
  privateKey: string;
  now: () => Date;
}

/** The API as the app itself sees it, without an owner's repositories. */
function openAppApi({ http, apiUrl, applicationId, privateKey, now }: AppOptions): HostApi {
  const key = readPrivateKey(privateKey);
  const authorize = (): Promise<Record<string, string>> => {
    const proof = createAppJwt(applicationId, key, { now: now() });
    return Promise.resolve({ ...versionHeaders, authorization: `Bearer ${proof}` });
  };
  return createHostApi({
    http,
    url: apiUrl,
    title: "GitHub",
    authorize,
    paging: linkPaging,
    explain: explainRefusal,
    explainMoved,
  });
}
