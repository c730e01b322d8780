import { timingSafeEqual } from "node:crypto";
import { attempt } from "../automation/attempt.ts";
import { runTriggeredRunbook } from "../automation/scheduled-triggers.ts";
import { createTokenBucket, type TokenBucket } from "../faults/token-bucket.ts";
import type { Resource } from "../model/collection.ts";
import { recordEvent } from "../model/events.ts";
import { fieldsOf, textOf } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { isAllowed } from "../model/permissions.ts";
import { isSensitive } from "../model/sensitive.ts";
import { badRequest, forbidden, notFound, Refusal, type Answer, type Call, type Route } from "./route.ts";

/** Docs: a request body is optional, and can be up to 5 MB; with which status a larger one is refused is assumed. */
const mostBytes = 5 * 1024 * 1024;

/** Docs: 60 in a burst, one a second, for all triggers of the instance. */
const limit = { burst: 60, perMinute: 60 };

/**
 * Webhooks that run runbooks (docs, runbooks/webhook-runbook-trigger). Whether a run can read what came with the request is not
 * documented: here it cannot.
 */
export const webhookRoutes: Route[] = [
  {
    method: "POST",
    path: "/api/{space}/webhook/{webhook}",
    since: "2026.3",
    anonymous: true,
    rawBody: true,
    source: "docs, runbooks/webhook-runbook-trigger",
    handle: receive,
  },
];

async function receive(call: Call): Promise<Answer> {
  const { model, space, params, request } = call;
  const wait = bucketOf(model).take();
  if (wait > 0) return { status: 429, headers: { "retry-after": String(wait) } };
  // Docs: up to 5 MB; the status is assumed.
  if ((await request.arrayBuffer()).byteLength > mostBytes)
    throw new Refusal(413, `The request body is too large: ${mostBytes} bytes are the most.`);
  const trigger = model
    .collection("projecttriggers")
    .listInSpace(space.Id)
    .find((one) => textOf(fieldsOf(one, "Filter"), "WebhookId").toLowerCase() === params["webhook"]?.toLowerCase());
  // Assumed: of a trigger that is disabled nobody is told either.
  if (trigger === undefined || trigger["IsDisabled"] === true) throw notFound();
  authenticate(call, trigger);
  requirePublished(model, trigger);
  const what = `What the trigger ${textOf(trigger, "Name")} is for`;
  let refused: unknown;
  const work = async (): Promise<void> => {
    try {
      await runTriggeredRunbook(model, trigger);
    } catch (error) {
      refused = error;
      throw error;
    }
  };
  if (!(await attempt(model, { space, what, related: [trigger.Id], work })))
    throw refused instanceof Refusal ? badRequest(...(refused.errors ?? [refused.message])) : refused;
  return { status: 200 };
}

/** Docs: only a published snapshot is run, and of a project in Git its newest commit; how it is refused without one is assumed. */
function requirePublished(model: OctopusModel, trigger: Resource): void {
  const runbook = model.collection("runbooks").find(textOf(fieldsOf(trigger, "Action"), "RunbookId"));
  if (runbook !== undefined && textOf(runbook, "PublishedRunbookSnapshotId") === "")
    throw badRequest(`The runbook '${textOf(runbook, "Name")}' has no published snapshot.`);
}

/** Docs: 401 and a line of the audit trail for a wrong secret; with a key its owner needs RunbookRunCreate. */
function authenticate({ model, space, user, request }: Call, trigger: Resource): void {
  const filter = fieldsOf(trigger, "Filter");
  if (filter["RequireApiKey"] === true) {
    if (user.Id === "") throw refusedBy(model, trigger);
    const permission = "RunbookRunCreate";
    const scope = { spaceId: space.Id, projectId: textOf(trigger, "ProjectId") };
    if (!isAllowed(model, user, { permission, scope })) throw forbidden(permission);
    return;
  }
  const secret = filter["Secret"];
  const sent = request.headers.get("x-octopus-webhook-secret") ?? "";
  if (!isSensitive(secret) || !isEqual(secret.$sensitive, sent)) throw refusedBy(model, trigger);
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The category of the event is assumed. */
function refusedBy(model: OctopusModel, trigger: Resource): Refusal {
  const message = `A request to the webhook of the trigger ${textOf(trigger, "Name")} was refused: its secret or key is missing or wrong.`;
  const where = { spaceId: textOf(trigger, "SpaceId"), relatedDocumentIds: [trigger.Id] };
  recordEvent(model, { category: "AutoDeployRefused", message, ...where });
  return new Refusal(401, "The webhook's secret or API key is missing or incorrect.");
}

const buckets = new WeakMap<OctopusModel, TokenBucket>();

function bucketOf(model: OctopusModel): TokenBucket {
  const bucket = buckets.get(model) ?? createTokenBucket(limit, () => model.now().getTime());
  buckets.set(model, bucket);
  return bucket;
}
