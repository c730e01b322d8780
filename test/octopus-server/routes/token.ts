import type { Resource } from "../model/collection.ts";
import { isFields, textOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { isExpired, isSignedBy, listAudiences, readClaims } from "../model/signed-tokens.ts";
import { issueAccessToken } from "../model/access-tokens.ts";
import type { Answer, Call, Route } from "./route.ts";
import { externalIdOf } from "./serviceaccounts.ts";

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
const tokenType = "urn:ietf:params:oauth:token-type:jwt";

/** Signing in as a service account without a key (docs, openid-connect/other-issuers). */
export const tokenRoutes: Route[] = [
  {
    method: "GET",
    path: "/.well-known/openid-configuration",
    anonymous: true,
    handle: ({ model }) => ({ body: describeServer(model) }),
  },
  // Source: docs, infrastructure/accounts/openid-connect, which names this address.
  {
    method: "GET",
    path: "/.well-known/jwks",
    anonymous: true,
    handle: ({ model }) => ({ body: { keys: model.signer.keys() } }),
  },
  { method: "POST", path: "/api/token/v1", anonymous: true, handle: exchange },
];

/** The fields that other servers and clients read (OpenID Connect Discovery; docs, other-issuers). */
function describeServer({ url }: OctopusModel): Fields {
  return {
    issuer: url,
    jwks_uri: `${url}/.well-known/jwks`,
    token_endpoint: `${url}/api/token/v1`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

/** Source of what is asked for and of the shape of a refusal: docs, other-issuers. The descriptions are assumed. */
async function exchange(call: Call): Promise<Answer> {
  const sent = await readRequest(call);
  const account = findAccount(textOf(sent, "audience"), call);
  if (account === undefined) return refuse("There is no service account with the id that the audience names.");
  const refusal = await findRefusal(sent, { account, call });
  if (refusal !== undefined) return refuse(refusal);
  const { token, seconds } = issueAccessToken(call.model, account);
  return {
    body: {
      access_token: token,
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: seconds,
    },
  };
}

/** As JSON, or as a form. */
async function readRequest({ request, body }: Call): Promise<Fields> {
  if (request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") === true)
    return Object.fromEntries(new URLSearchParams(await request.text()));
  return isFields(body) ? body : {};
}

function refuse(description: string): Answer {
  return { status: 400, body: { error: "invalid_request", error_description: description } };
}

async function findRefusal(
  sent: Fields,
  { account, call }: { account: Resource; call: Call },
): Promise<string | undefined> {
  if (textOf(sent, "grant_type") !== grantType) return `The grant_type must be '${grantType}'.`;
  if (textOf(sent, "subject_token_type") !== tokenType) return `The subject_token_type must be '${tokenType}'.`;
  const token = textOf(sent, "subject_token");
  const claims = readClaims(token);
  if (claims === undefined) return "The subject_token is not a valid JSON Web Token.";
  if (!identitiesOf(account, call).some((identity) => isTrusted(identity, { claims, account, call })))
    return `No OIDC identity of the service account matches the issuer '${textOf(claims, "iss")}', the subject '${textOf(claims, "sub")}' and the audience '${listAudiences(claims).join(", ")}' of the token.`;
  if (isExpired(claims, call.model.now())) return "The subject_token has expired.";
  const keys = await fetchKeys(textOf(claims, "iss"));
  if (keys === undefined) return `The keys of the issuer '${textOf(claims, "iss")}' could not be retrieved.`;
  return isSignedBy(token, keys) ? undefined : "The signature of the subject_token is not valid.";
}

/** By the id that an OIDC identity's page shows, which is a GUID. */
function findAccount(externalId: string, { model }: Call): Resource | undefined {
  return model
    .collection("users")
    .list((user) => user["IsService"] === true && user["IsActive"] !== false)
    .find((user) => externalIdOf(user, model) === externalId);
}

function identitiesOf(account: Resource, { model }: Call): Resource[] {
  return model.collection("oidcidentities").list((identity) => identity["ServiceAccountId"] === account.Id);
}

/** Issuer and audience are compared as they are, the subject with `*` and `?` for any characters and any one (docs, other-issuers). */
function isTrusted(
  identity: Resource,
  { claims, account, call }: { claims: Fields; account: Resource; call: Call },
): boolean {
  const audience = textOf(identity, "Audience") || externalIdOf(account, call.model);
  return (
    textOf(identity, "Issuer") === textOf(claims, "iss") &&
    toPattern(textOf(identity, "Subject")).test(textOf(claims, "sub")) &&
    listAudiences(claims).includes(audience)
  );
}

function toPattern(subject: string): RegExp {
  const literal = subject.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

/** As the issuer publishes them now. A real server wants HTTPS; this one has none itself. */
async function fetchKeys(issuer: string): Promise<Fields[] | undefined> {
  const { jwks_uri: address } = await fetchDocument(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const { keys } = typeof address === "string" ? await fetchDocument(address) : {};
  return Array.isArray(keys) ? keys.filter(isFields) : undefined;
}

async function fetchDocument(address: string): Promise<Fields> {
  try {
    const value: unknown = await (await fetch(address)).json();
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}
