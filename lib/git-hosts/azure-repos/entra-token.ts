import * as z from "zod/mini";
import type { HttpClient } from "../../http/http-client.ts";
import { NotAllowedError, ParameterError, type StepError, UnavailableError } from "../../step/errors.ts";
import type { ShortToken } from "../keep-tokens.ts";
import { readJson } from "../read-answer.ts";

export interface ServicePrincipal {
  /** Its id, or its address at the authority of another cloud. */
  tenant: string;
  clientId: string;
  clientSecret: string;
}

/** Azure DevOps as a resource, the same in every tenant ("Authenticate to Azure DevOps with Microsoft Entra"). */
const scope = "499b84ac-1321-427f-aa17-267ca6975798/.default";

const Token = z.object({ access_token: z.string(), expires_in: z.number() });
const Refusal = z.object({ error: z.optional(z.string()), error_description: z.optional(z.string()) });

/**
 * A token for the service principal, by its secret ("The OAuth 2.0 client credentials flow on the Microsoft identity platform").
 * @throws {@link ParameterError} for a tenant that is no address, {@link NotAllowedError} when Entra ID refuses
 */
export async function createEntraToken(
  http: HttpClient,
  { tenant, clientId, clientSecret }: ServicePrincipal,
  { now }: { now: () => Date },
): Promise<ShortToken> {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope,
  });
  const response = await http.send({
    method: "POST",
    url: `${toAuthority(tenant)}/oauth2/v2.0/token`,
    headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    body: String(body),
    // A second token does no harm.
    isRepeatable: true,
    returnsRedirect: true,
  });
  const answer = readJson(response);
  const token = Token.safeParse(answer);
  if (response.status === 200 && token.success)
    return { token: token.data.access_token, expiresAt: now().getTime() + token.data.expires_in * 1000 };
  throw explain(response.status, Refusal.safeParse(answer).data?.error_description ?? "");
}

function toAuthority(tenant: string): string {
  const trimmed = tenant.trim().replace(/\/+$/, "");
  if (/^https?:\/\//i.test(trimmed) && URL.canParse(trimmed)) return trimmed;
  if (/^[\w.-]+$/.test(trimmed)) return `https://login.microsoftonline.com/${trimmed}`;
  throw new ParameterError(
    `The Entra tenant "${trimmed}" is no id of a directory. Enter the one that its overview in the Entra admin center shows.`,
  );
}

const advice: readonly (readonly [code: RegExp, sentence: string])[] = [
  [/AADSTS7000215/, 'Check "Entra Client Secret": it is the value of the secret, and not its id.'],
  [/AADSTS7000222/, "Its client secret has expired. Make another one."],
  [/AADSTS700016/, 'Check "Entra Client Id", and that the application is in this tenant.'],
  [/AADSTS(90002|900023)/, 'Check "Entra Tenant".'],
  [/AADSTS53003/, "A conditional access policy keeps it out. Exempt it there, or this worker's address."],
];

function explain(status: number, description: string): StepError {
  const said = description.split(/ Trace ID:|\r?\n/)[0]?.replace(/\.$/, "") || `status ${status}`;
  if (status >= 500)
    return new UnavailableError(`Microsoft Entra ID cannot answer now (${said}). Run the step again later.`);
  const sentence =
    advice.find(([code]) => code.test(description))?.[1] ?? "Check the tenant, the client id and the secret.";
  return new NotAllowedError(`Microsoft Entra ID refused the service principal (${said}). ${sentence}`);
}
