import { startGitServer, type ApiAnswer, type ApiRequest } from "../git-server/git-server.ts";

/** Where Microsoft Entra ID gives tokens to service principals. */
export interface EntraStandIn {
  url: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** Those that were given out, newest last. */
  tokens: string[];
  /** Seconds for which they live. */
  lifetime: number;
  /** Answers to give first, each once. */
  faults: ApiAnswer[];
  close(): Promise<void>;
}

/**
 * The client credentials grant as "Microsoft identity platform and the OAuth 2.0 client credentials flow" describes it.
 * @param onToken - told about each token that is given out
 */
export async function startEntra(onToken: (token: string) => void): Promise<EntraStandIn> {
  const server = await startGitServer({ isOfApi: () => true, answerApi: (request) => answer(entra, request, onToken) });
  const entra: EntraStandIn = {
    url: server.url,
    tenantId: "11111111-2222-3333-4444-555555555555",
    clientId: "66666666-7777-8888-9999-000000000000",
    clientSecret: "entra~secret-sentinel",
    tokens: [],
    lifetime: 3599,
    faults: [],
    close: () => server.close(),
  };
  return entra;
}

function answer(entra: EntraStandIn, request: ApiRequest, onToken: (token: string) => void): ApiAnswer {
  const fault = entra.faults.shift();
  if (fault !== undefined) return fault;
  const [, tenant = ""] = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(request.url.pathname) ?? [];
  if (request.method !== "POST" || tenant !== entra.tenantId)
    return refuse(
      400,
      "invalid_request",
      `AADSTS90002: Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID.`,
    );
  const form = new URLSearchParams(typeof request.content === "string" ? request.content : "");
  if (form.get("grant_type") !== "client_credentials" || form.get("scope") !== azureDevOps)
    return refuse(400, "invalid_scope", "AADSTS1002012: The provided value for scope is not valid.");
  if (form.get("client_id") !== entra.clientId)
    return refuse(
      400,
      "unauthorized_client",
      `AADSTS700016: Application with identifier '${form.get("client_id")}' was not found in the directory.`,
    );
  if (form.get("client_secret") !== entra.clientSecret)
    return refuse(
      401,
      "invalid_client",
      "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value.",
    );
  const token = `eyJ0eXAi.${entra.tokens.length + 1}.entra-token-sentinel`;
  entra.tokens.push(token);
  onToken(token);
  const { lifetime } = entra;
  return {
    status: 200,
    body: { token_type: "Bearer", expires_in: lifetime, ext_expires_in: lifetime, access_token: token },
  };
}

/** Azure DevOps as a resource, the same in every tenant. */
const azureDevOps = "499b84ac-1321-427f-aa17-267ca6975798/.default";

function refuse(status: number, error: string, description: string): ApiAnswer {
  return {
    status,
    body: { error, error_description: `${description} Trace ID: 0 Correlation ID: 0`, error_codes: [7000215] },
  };
}
