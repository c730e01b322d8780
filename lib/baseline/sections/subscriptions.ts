import { names, secret, tags } from "../references.ts";
import { nameField, type Section } from "../section.ts";
import { object } from "../shape.ts";
import { usually } from "../value.ts";
import { flag, oneOf, text, textSet, texts } from "../words.ts";

const of = (field: string): string => `EventNotificationSubscription.${field}`;

const every = (field: string) => usually(text(of(field), "As `hh:mm:ss`."), "01:00:00");

export const subscriptions: Section = {
  key: "subscriptions",
  kind: "subscription",
  about: "Who is told of events in the space, and how.",
  fields: {
    name: nameField,
    isDisabled: flag("IsDisabled"),
    events: object(of("Filter"), "Of which events. Left out: of all.", {
      fields: {
        users: names("user", "Users", "By their user names."),
        projects: names("project", "Projects"),
        projectGroups: names("projectGroup", "ProjectGroups"),
        environments: names("environment", "Environments"),
        tenants: names("tenant", "Tenants"),
        tags: tags("Tags"),
        groups: textSet("EventGroups", "Such as `Deployment`."),
        categories: textSet("EventCategories", "Such as `DeploymentFailed`."),
        agents: textSet("EventAgents"),
        documentTypes: textSet("DocumentTypes"),
      },
    }),
    emailTeams: names("team", of("EmailTeams")),
    emailEvery: every("EmailFrequencyPeriod"),
    emailPriority: usually(oneOf(of("EmailPriority"), undefined, ["Normal", "Low", "High"]), "Normal"),
    timezone: usually(text(of("EmailShowDatesInTimeZoneId"), "Such as `UTC`."), "UTC"),
    webhookUrl: text(of("WebhookURI")),
    webhookTeams: names("team", of("WebhookTeams")),
    webhookTimeout: usually(text(of("WebhookTimeout"), "As `hh:mm:ss`."), "00:00:10"),
    webhookHeader: text(of("WebhookHeaderKey"), "The name of a header."),
    webhookHeaderValue: secret(of("WebhookHeaderValue"), "Left out: what the space has."),
    slackChannelIds: texts(of("SlackChannelIds")),
    slackChannelNames: texts(of("SlackChannelNames")),
    slackEvery: every("SlackFrequencyPeriod"),
  },
  isWhole: true,
};
