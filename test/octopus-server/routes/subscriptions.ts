import { fieldsOf, type Fields } from "../model/fields.ts";
import { createCrud } from "./crud.ts";
import type { Route } from "./route.ts";

/** As the Terraform provider expects what it did not set. */
const notification: Fields = {
  Filter: {},
  EmailTeams: [],
  EmailFrequencyPeriod: "01:00:00",
  EmailPriority: "Normal",
  EmailShowDatesInTimeZoneId: "UTC",
  WebhookURI: "",
  WebhookTeams: [],
  WebhookTimeout: "00:00:10",
  WebhookHeaderKey: "",
  WebhookHeaderValue: "",
  SlackChannelIds: [],
  SlackChannelNames: [],
  SlackFrequencyPeriod: "01:00:00",
  EmailDigestLastProcessed: null,
  EmailDigestLastProcessedEventAutoId: null,
  SlackDigestLastProcessed: null,
  SlackDigestLastProcessedEventAutoId: null,
  WebhookLastProcessed: null,
  WebhookLastProcessedEventAutoId: null,
};

const filter: Fields = {
  Users: [],
  Projects: [],
  ProjectGroups: [],
  Environments: [],
  EventGroups: [],
  EventCategories: [],
  EventAgents: [],
  Tenants: [],
  Tags: [],
  DocumentTypes: [],
};

const subscriptions = createCrud({
  kind: "subscriptions",
  path: "/api/{space}/subscriptions",
  itemType: "Subscription",
  noun: "subscription",
  fields: { Name: "", Type: "Event", IsDisabled: false, EventNotificationSubscription: {} },
  naming: { slugs: false },
  defaults: (fields) => {
    const sent = fieldsOf(fields, "EventNotificationSubscription");
    return {
      EventNotificationSubscription: { ...notification, ...sent, Filter: { ...filter, ...fieldsOf(sent, "Filter") } },
    };
  },
  sensitiveFields: ["EventNotificationSubscription.WebhookHeaderValue"],
  // It goes in and does not come out, not even that there is one (source: the Terraform provider's subscriptions).
  view: (shown) => ({
    ...shown,
    EventNotificationSubscription: { ...fieldsOf(shown, "EventNotificationSubscription"), WebhookHeaderValue: "" },
  }),
  permissions: {
    view: "SubscriptionView",
    create: "SubscriptionCreate",
    edit: "SubscriptionEdit",
    delete: "SubscriptionDelete",
  },
});

/** Subscriptions are kept; nothing is sent. */
export const subscriptionsRoutes: Route[] = subscriptions.routes;
