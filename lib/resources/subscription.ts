import { objectOf } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { anyOf, object, onlyFor, serverMade, words, type Fields } from "./field.ts";
import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

/** None of something means all of it. */
const filter: Fields = {
  Users: onlyFor("id", "users"),
  Projects: onlyFor("id", "projects"),
  ProjectGroups: onlyFor("id", "project groups"),
  Environments: onlyFor("id", "environments"),
  Tenants: onlyFor("id", "tenants"),
  Tags: onlyFor("tag", "tags"),
  "*": words,
};

/** How far it has come in the events of its space. */
const progress: Fields = Object.fromEntries(
  ["EmailDigest", "SlackDigest", "Webhook"].flatMap((way) => [
    [`${way}LastProcessed`, serverMade],
    [`${way}LastProcessedEventAutoId`, serverMade],
  ]),
);

const { list, listByIds, create, update } = collectionRoutes("subscriptions");

/**
 * A server shows the value of a webhook's header to nobody, and an empty text instead (Octopus's Terraform provider 1.17.0,
 * subscriptions): that there is one is told by the header's name.
 */
function withHeaderValue(document: OctopusDocument): OctopusDocument {
  const notification = objectOf(document, "EventNotificationSubscription");
  const { WebhookHeaderKey: name, WebhookHeaderValue: value } = notification;
  if (typeof name !== "string" || name === "" || (value !== null && value !== "")) return document;
  const WebhookHeaderValue = { HasValue: true, NewValue: null };
  return { ...document, EventNotificationSubscription: { ...notification, WebhookHeaderValue } };
}

export const subscription: ResourceKind = {
  id: "subscription",
  label: "subscription",
  idPrefix: "Subscriptions",
  list: async (space) => (await list(space)).map(withHeaderValue),
  listByIds: async (space, ids) => (await listByIds(space, ids)).map(withHeaderValue),
  create: async (space, body) => withHeaderValue(await create(space, body)),
  update: async (space, current, body) => withHeaderValue(await update(space, current, body)),
  nameOf: nameField,
  serverMade: ["Type"],
  fields: {
    EventNotificationSubscription: object({
      ...progress,
      Filter: object(filter),
      EmailTeams: anyOf("id", "teams"),
      WebhookTeams: anyOf("id", "teams"),
      WebhookURI: words,
      WebhookHeaderValue: { isSecret: true },
      SlackChannelIds: words,
      SlackChannelNames: words,
    }),
  },
};
