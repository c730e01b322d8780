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

export const subscription: ResourceKind = {
  id: "subscription",
  label: "subscription",
  idPrefix: "Subscriptions",
  ...collectionRoutes("subscriptions"),
  nameOf: nameField,
  serverMade: ["Type"],
  fields: {
    EventNotificationSubscription: object({
      ...progress,
      Filter: object(filter),
      EmailTeams: anyOf("id", "teams"),
      WebhookTeams: anyOf("id", "teams"),
      WebhookURI: words,
      SlackChannelIds: words,
      SlackChannelNames: words,
    }),
  },
};
