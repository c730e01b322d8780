import { isFields, propertyOf, textOf } from "../model/fields.ts";
import { activeFreezes, type FreezeScope } from "../model/freezes.ts";
import { isAllowed } from "../model/permissions.ts";
import { textAt, textsAt } from "./executions.ts";
import { badRequest, forbidden, type Call } from "./route.ts";

/**
 * Source: docs, deployment freezes: during one no deployment can be created, and one that the server creates by itself fails. The CLI
 * sends the names of freezes and a reason to override them. That the time of the start counts, and the sentence, are assumed.
 */
export function checkFreezes(
  call: Call,
  { startTime, ...scope }: Omit<FreezeScope, "time"> & { startTime: string | null },
): void {
  if (call.isAutomatic === true) return;
  const time = startTime === null ? call.model.now() : new Date(startTime);
  const overridden = overriddenFreezes(call);
  const names = activeFreezes(call.model, { ...scope, time }).map((freeze) => textOf(freeze, "Name"));
  const active = names.filter((name) => !overridden.includes(name));
  const permission = "DeploymentFreezeAdminister";
  // Source: docs, permissions: the one that creates freezes also overrides them.
  if (active.length < names.length && !isAllowed(call.model, call.user, { permission, scope: { spaceId: null } }))
    throw forbidden(permission);
  if (active.length === 0) return;
  throw badRequest(
    `The deployment to '${textOf(scope.environment, "Name")}' cannot be created because of the deployment freeze '${active.join("', '")}'.`,
  );
}

/** Names of the freezes that a request overrides; none without a reason. */
export function overriddenFreezes({ body }: Call): string[] {
  if (!isFields(body) || propertyOf(body, "DeploymentFreezeNames") === undefined) return [];
  // Source: the CLI asks for a reason; that the server insists on one is assumed.
  if (textAt(body, "DeploymentFreezeOverrideReason").trim() === "")
    throw badRequest("Please provide a reason for overriding the deployment freeze.");
  return textsAt(body, "DeploymentFreezeNames");
}
