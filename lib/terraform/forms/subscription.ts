import { always, nested, nothing, only, secret } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainResource } from "../plain-form.ts";

export const subscription: TerraformForm = {
  resource: plainResource({
    label: "subscription",
    type: "octopusdeploy_subscription",
    fields: {
      Name: "name",
      IsDisabled: always("is_disabled", false),
      EventNotificationSubscription: nested("event_notification_subscription", {
        EmailTeams: "email_teams",
        EmailFrequencyPeriod: "email_frequency_period",
        EmailPriority: "email_priority",
        EmailShowDatesInTimeZoneId: "email_show_dates_in_timezone_id",
        WebhookTeams: "webhook_teams",
        WebhookURI: "webhook_uri",
        WebhookTimeout: "webhook_timeout",
        WebhookHeaderKey: "webhook_header_key",
        WebhookHeaderValue: secret("webhook_header_value", "webhook_header_value"),
        SlackFrequencyPeriod: nothing,
        SlackDigestFormat: nothing,
        SlackChannelIds: only([]),
        SlackChannelNames: only([]),
        Filter: nested("filter", {
          DocumentTypes: "document_types",
          EventAgents: "event_agents",
          EventCategories: "event_categories",
          EventGroups: "event_groups",
          Environments: "environments",
          ProjectGroups: "project_groups",
          Projects: "projects",
          Tags: "tags",
          Tenants: "tenants",
          Users: "users",
        }),
      }),
    },
  }),
};
