import { randomUUID } from "node:crypto";
import type { Resource } from "./collection.ts";
import type { OctopusModel } from "./model.ts";
import { toEpoch } from "./signed-tokens.ts";

/** Seconds (docs, octopus-rest-api/openid-connect: an hour). */
const lifetime = 3600;

/** A token by which a service account may call for a while. */
export function issueAccessToken(model: OctopusModel, account: Resource): { token: string; seconds: number } {
  const now = model.now();
  const expires = new Date(now.getTime() + lifetime * 1000);
  const token = model.signer.sign(
    { iss: model.url, sub: account.Id, exp: toEpoch(expires), jti: randomUUID() },
    "PS256",
  );
  model
    .collection("accesstokens")
    .add({ Id: `AccessTokens-${randomUUID()}`, Secret: token, UserId: account.Id, Expires: expires.toISOString() });
  return { token, seconds: lifetime };
}
