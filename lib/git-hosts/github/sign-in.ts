import { createPrivateKey, sign, type KeyObject } from "node:crypto";
import type { HttpClient } from "../../http/http-client.ts";
import { NotAllowedError, ParameterError } from "../../step/errors.ts";
import type { GitHostOptions } from "../git-host.ts";
import { createHostApi, type HostApi } from "../host-api.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { GitHubInstallation, GitHubInstallationToken } from "./schema.ts";

/** Gives the token for an owner's repositories. */
export type GetToken = (owner: string) => Promise<string>;

export interface SignInOptions extends GitHostOptions {
  http: HttpClient;
  apiUrl: string;
}

/** The one token, or for a GitHub App that of its installation at the owner, kept until shortly before it expires. */
export function createGetToken({ signIn, ...options }: SignInOptions): GetToken {
  if ("token" in signIn) return () => Promise.resolve(signIn.token);
  const key = readPrivateKey(signIn.privateKey);
  const now = options.now ?? (() => new Date());
  const api = createHostApi({
    ...options,
    url: options.apiUrl,
    title: "GitHub",
    explain: explainRefusal,
    authorize: () =>
      Promise.resolve({
        ...versionHeaders,
        authorization: `Bearer ${createAppJwt(signIn.applicationId, key, { now: now() })}`,
      }),
  });
  const tokens = new Map<string, Promise<InstallationToken>>();

  // Promises are kept, not tokens, so that requests at the same time share one.
  function renew(owner: string): Promise<InstallationToken> {
    const creating = createInstallationToken(api, owner);
    tokens.set(owner, creating);
    creating.then(
      ({ token }) => options.onSecret?.(token),
      () => tokens.delete(owner),
    );
    return creating;
  }

  return async (owner) => {
    const id = owner.toLowerCase();
    const known = tokens.get(id);
    if (known === undefined) return (await renew(id)).token;
    const { token, expiresAt } = await known;
    if (expiresAt > now().getTime() + margin) return token;
    const current = tokens.get(id);
    return (await (current === undefined || current === known ? renew(id) : current)).token;
  };
}

export const versionHeaders = {
  accept: "application/vnd.github+json",
  "x-github-api-version": "2022-11-28",
  "user-agent": "managed-spaces",
};

/** A token lives for an hour; this much of it is kept for the work that it is asked for. */
const margin = 10 * 60_000;

interface InstallationToken {
  token: string;
  expiresAt: number;
}

async function createInstallationToken(api: HostApi, owner: string): Promise<InstallationToken> {
  const id = await getInstallation(api, owner);
  const answer = await api.send({
    method: "POST",
    path: `/app/installations/${id}/access_tokens`,
    owner,
    body: {},
    schema: GitHubInstallationToken,
  });
  return { token: answer.token, expiresAt: Date.parse(answer.expires_at) };
}

async function getInstallation(api: HostApi, owner: string): Promise<number> {
  for await (const { id, account, suspended_at: suspended } of api.list({
    path: "/app/installations",
    owner,
    query: { per_page: 100 },
    schema: GitHubInstallation,
  })) {
    if (account?.login?.toLowerCase() !== owner.toLowerCase()) continue;
    if (!suspended) return id;
    throw new NotAllowedError(
      `The GitHub App is suspended at "${owner}". Have it unsuspended in the settings of "${owner}", under GitHub Apps.`,
    );
  }
  throw new NotAllowedError(
    `The GitHub App is not installed at "${owner}". Install it there, with the permissions Administration, Contents and Pull requests (read and write).`,
  );
}

/** A JSON Web Token that proves the app's key for nine minutes (GitHub documentation, "Generating a JSON Web Token for a GitHub App"). */
export function createAppJwt(applicationId: string, key: KeyObject, { now }: { now: Date }): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  // A minute back, against clocks that differ.
  const content = `${encode({ alg: "RS256", typ: "JWT" })}.${encode({ iat: seconds - 60, exp: seconds + 540, iss: applicationId })}`;
  return `${content}.${sign("RSA-SHA256", Buffer.from(content), key).toString("base64url")}`;
}

function readPrivateKey(text: string): KeyObject {
  try {
    return createPrivateKey(text.replaceAll("\\n", "\n").trim());
  } catch {
    // Without its cause: that may quote the key.
    throw new ParameterError(
      "The private key of the GitHub App is no private key in PEM form. Enter the whole file that GitHub gave, from BEGIN to END.",
    );
  }
}
