import type { Resource } from "../model/collection.ts";
import { isFields, propertyOf, textOf, type Fields } from "../model/fields.ts";
import { badRequest, notFound, since, type Call } from "./route.ts";

/** What lifecycles and runbooks with the strategy Default keep: one policy of each kind, which comes with the space. Since when: the Terraform provider's guide to 1.3.12. */
export const retentionPoliciesRoutes = since("2025.3", [
  { method: "GET", path: "/api/{space}/retentionpolicies", handle: (call) => ({ body: findRetentionPolicy(call) }) },
  {
    method: "PUT",
    path: "/api/{space}/retentionpolicies/{id}",
    // Assumed: who may change lifecycles may change what they fall back to.
    permission: "LifecycleEdit",
    handle: (call) => ({ body: replaceRetentionPolicy(call) }),
  },
]);

/** One policy for a kind of retention, not a page (docs: retention). */
function findRetentionPolicy({ model, space, query }: Call): unknown {
  const type = query.get("RetentionType") ?? "";
  const found = model
    .collection("retentionpolicies")
    .listInSpace(space.Id, (policy) => policy["RetentionType"] === type)[0];
  // Assumed: an unknown type is a validation failure rather than a 404.
  if (found === undefined) throw badRequest(`The retention type '${type}' is not valid.`);
  return show(found);
}

function replaceRetentionPolicy({ model, space, params, body }: Call): unknown {
  const stored = model.collection("retentionpolicies").find(params["id"] ?? "");
  if (stored === undefined || stored["SpaceId"] !== space.Id) throw notFound();
  const sent = isFields(body) ? body : {};
  const Strategy = propertyOf(sent, "Strategy") ?? stored["Strategy"];
  const QuantityToKeep = propertyOf(sent, "QuantityToKeep") ?? 0;
  const Unit = propertyOf(sent, "Unit") ?? "Items";
  // Source: the provider's tests of space default retention policies.
  if (Strategy !== "Forever" && Strategy !== "Count") throw badRequest("Strategy must be Forever or Count.");
  return show(
    model
      .collection("retentionpolicies")
      .replace(stored.Id, { ...stored, Strategy, QuantityToKeep: Strategy === "Forever" ? 0 : QuantityToKeep, Unit }),
  );
}

/** Source: the provider's tests: a policy that keeps forever has neither a unit nor a quantity, whatever was sent. */
function show(policy: Resource): Fields {
  const counted = policy["Strategy"] === "Forever" ? { QuantityToKeep: 0, Unit: null } : {};
  return { ...policy, ...counted, Links: { Self: `/api/${textOf(policy, "SpaceId")}/retentionpolicies/${policy.Id}` } };
}
