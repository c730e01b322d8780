import { NotAllowedError } from "../../step/errors.ts";
import type { HostApi } from "../host-api.ts";
import type { ShortToken } from "../keep-tokens.ts";
import { GitHubInstallation, GitHubInstallationToken } from "./schema.ts";

/** A new token for the repositories of an owner, who has installed the app. */
export async function createInstallationToken(api: HostApi, owner: string): Promise<ShortToken> {
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
