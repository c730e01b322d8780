import * as z from "zod/mini";
import type { HttpRequest, HttpResponse } from "../http/http-request.ts";
import { isJsonObject, parseJson, textOf } from "../model/json.ts";
import { StepError, UnknownUserError } from "../step/errors.ts";

/** Whom a run signs in as instead of having a key. */
export interface ServiceAccount {
  /** The GUID that the portal shows beside the account's OIDC identities. */
  serviceAccountId: string;
  /** The signed token by which the run says what it is, as an OIDC account's variable brings it. */
  oidcToken: string;
  /** Hides the access tokens that are given for it. */
  mask(secret: string): void;
}

type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** Sends requests so that the server knows who sends them. */
export interface SignedIn {
  send: Send;
  /** Undefined for whoever has a key. */
  readAccessToken(): Promise<string | undefined>;
}

interface AccessToken {
  text: string;
  /** Milliseconds since 1970, a minute before it really ends. */
  ends: number;
}

const Discovery = z.object({ token_endpoint: z.string() });
const Exchanged = z.object({ access_token: z.string().check(z.minLength(1)), expires_in: z.number() });

/**
 * Sends requests with an access token that the server gives for the run's own (RFC 8693; docs, openid-connect/other-issuers), another
 * when it has expired or the server says so.
 * @throws {@link UnknownUserError} with the issuer, subject and audience that the service account would have to trust
 */
export function signInAsServiceAccount(send: Send, url: string, account: ServiceAccount): SignedIn {
  let current: Promise<AccessToken> | undefined;

  async function getToken(refused?: AccessToken): Promise<AccessToken> {
    const known = current;
    const token = await known;
    if (token !== undefined && token !== refused && token.ends > Date.now()) return token;
    // Whoever was refused at the same time takes the same new one.
    const next = current === known || current === undefined ? exchange(send, url, account) : current;
    current = next;
    return next;
  }

  async function sendSignedIn(request: HttpRequest): Promise<HttpResponse> {
    const token = await getToken();
    const response = await send(withToken(request, token));
    if (response.status !== 401) return response;
    // The server did not look at the request, so any may be sent again.
    const again = await send(withToken(request, await getToken(token)));
    if (again.status !== 401) return again;
    throw new UnknownUserError(
      `Octopus at ${url} takes no access token of the service account "${account.serviceAccountId}", though it gave one. Check that the account is active.`,
    );
  }
  return { send: sendSignedIn, readAccessToken: async () => (await getToken()).text };
}

function withToken(request: HttpRequest, { text }: AccessToken): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${text}` } };
}

async function exchange(send: Send, url: string, account: ServiceAccount): Promise<AccessToken> {
  const response = await send({
    method: "POST",
    isRepeatable: true,
    url: await findTokenEndpoint(send, url),
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      audience: account.serviceAccountId,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      subject_token: account.oidcToken,
    }),
  });
  const given = Exchanged.safeParse(readJson(response));
  if (!given.success) throw explain(response, url, account);
  account.mask(given.data.access_token);
  return { text: given.data.access_token, ends: Date.now() + (given.data.expires_in - 60) * 1000 };
}

/** The server tells the address as it is called from outside. The token goes to no other host than the one that was given. */
async function findTokenEndpoint(send: Send, url: string): Promise<string> {
  const response = await send({ method: "GET", url: `${url}/.well-known/openid-configuration` });
  const told = Discovery.safeParse(readJson(response));
  if (told.success && URL.canParse(told.data.token_endpoint))
    return new URL(new URL(told.data.token_endpoint).pathname, url).href;
  throw new StepError(
    `Octopus at ${url} does not tell where to sign in with OpenID Connect (${response.status}). Use an API key.`,
  );
}

function explain(
  response: HttpResponse,
  url: string,
  { serviceAccountId, oidcToken }: ServiceAccount,
): UnknownUserError {
  const answer = readJson(response);
  const told = isJsonObject(answer) ? textOf(answer, "error_description") : "";
  const reason = (told || `it answered ${response.status}`).replace(/\.$/, "");
  return new UnknownUserError(
    `Octopus at ${url} did not sign the run in as the service account "${serviceAccountId}": ${reason}. ${describeToken(oidcToken)}`,
  );
}

/** What a token claims is no secret; its signature is. */
function describeToken(token: string): string {
  const claims = parseJson(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  if (!isJsonObject(claims))
    return "What the step has as the OIDC token is none: use the variable that an OIDC account brings, such as Account.OpenIdConnect.Jwt.";
  return `The account needs an OIDC identity with the issuer "${textOf(claims, "iss")}", the subject "${textOf(claims, "sub")}" and the audience "${[claims["aud"] ?? []].flat().join(", ")}", which are those of the run's token.`;
}

function readJson({ content }: HttpResponse): unknown {
  return parseJson(new TextDecoder().decode(content));
}
