import { randomUUID } from "node:crypto";
import type { Resource } from "../model/collection.ts";
import { fieldsOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { toEpoch } from "../model/signed-tokens.ts";
import type { Execution } from "./execution.ts";

const types = ["GenericOidcAccount", "AzureOidc", "AmazonWebServicesOidcAccount"];

/** Assumed. */
const lifetimeSeconds = 3600;

/** Source: docs, infrastructure/accounts/openid-connect, deployments and runbooks. */
const defaultKeys = ["space", "project", "tenant", "environment"];

/** The token by which a run says what it is; undefined for an account of another type. */
export function issueIdToken(
  model: OctopusModel,
  { account, execution }: { account: Resource | undefined; execution: Execution },
): string | undefined {
  if (account === undefined || !types.includes(textOf(account, "AccountType"))) return undefined;
  const now = toEpoch(model.now());
  return model.signer.sign({
    ...fieldsOf(account, "CustomClaims"),
    iss: model.url,
    sub: describeRun(account, execution),
    aud: textOf(account, "Audience"),
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
    jti: randomUUID(),
  });
}

/** The parts stand in this order, whatever the order of the keys; what the run does not have is left out (the same page). */
function describeRun(account: Resource, execution: Execution): string {
  const { space, project, runbook, tenant, environment } = execution;
  const parts: [string, string | undefined][] = [
    ["space", slugOf(space)],
    ["project", slugOf(project)],
    ["runbook", slugOf(runbook)],
    ["tenant", slugOf(tenant)],
    ["environment", slugOf(environment)],
    ["account", slugOf(account)],
    ["type", runbook === undefined ? "deployment" : "runbook"],
  ];
  const chosen = textsOf(account, "DeploymentSubjectKeys");
  const keys = chosen.length === 0 ? defaultKeys : chosen;
  return parts
    .flatMap(([key, value]) => (value === undefined || !keys.includes(key) ? [] : [`${key}:${value}`]))
    .join(":");
}

function slugOf(resource: Fields | undefined): string | undefined {
  return resource === undefined ? undefined : textOf(resource, "Slug");
}
