import type { Resource } from "../model/collection.ts";
import type { OctopusModel } from "../model/model.ts";
import { administratorsTeamId } from "../model/permissions.ts";
import { textsOf, type Fields } from "../model/fields.ts";
import type { Call, Query } from "../routes/route.ts";

/** What a route gets when nobody called it: the server acts by itself, and may do all. */
export function createServerCall(model: OctopusModel, { space, body }: { space: Resource; body: Fields }): Call {
  const administrators = model.collection("teams").find(administratorsTeamId) ?? {};
  const [id = ""] = textsOf(administrators, "MemberUserIds");
  const user = { Id: id, Username: "system", DisplayName: "System" };
  const request = new Request("http://octopus.invalid/api");
  return { model, space, user, params: {}, query: emptyQuery, body, request, isAutomatic: true };
}

const emptyQuery: Query = { get: () => undefined, list: () => undefined, number: () => undefined };
