import type { JsonObject } from "../../../lib/model/json.ts";
import type { OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { awkward, secret, type KindStory } from "../kind-story.ts";
import { makeProject } from "../make-project.ts";

interface Place {
  environment: string;
  project: string;
  tenant: string;
}

async function makePlace(space: OctopusSpace): Promise<Place> {
  const environment = await space.post("/environments", { Name: awkward("Production") });
  const project = await makeProject(space, { TenantedDeploymentMode: "TenantedOrUntenanted" });
  const tenant = await space.post("/tenants", {
    Name: awkward("Acme"),
    ProjectEnvironments: { [project.Id]: [environment.Id] },
  });
  return { environment: environment.Id, project: project.Id, tenant: tenant.Id };
}

const winter = { Start: "2027-12-20T00:00:00.000+00:00", End: "2028-01-02T00:00:00.000+00:00" };

/** By what they are, every type of a schedule, and every way to end. */
const schedules: Readonly<Record<string, JsonObject>> = {
  Nights: { Type: "Daily", Unit: 1, EndType: "Never" },
  Weekends: {
    Type: "Weekly",
    Unit: 1,
    DaysOfWeek: ["Saturday", "Sunday"],
    EndType: "AfterOccurrences",
    EndAfterOccurrences: 5,
  },
  "Ends of months": {
    Type: "Monthly",
    Unit: 2,
    MonthlyScheduleType: "DateOfMonth",
    DateOfMonth: "L",
    EndType: "OnDate",
    EndOnDate: "2029-01-02T00:00:00.000+00:00",
  },
  "Second Tuesdays": {
    Type: "Monthly",
    Unit: 1,
    MonthlyScheduleType: "DayOfMonth",
    DayNumberOfMonth: "2",
    DayOfWeek: "Tuesday",
    EndType: "Never",
  },
  Christmas: { Type: "Annually", Unit: 1, EndType: "Never" },
};

export const stories: KindStory[] = [
  {
    kind: "subscription",
    what: "by e-mail, Slack and a hook, for some of everything",
    edit: { IsDisabled: false },
    async seed(space) {
      await space.post("/tagsets", { Name: "Region", Tags: [{ Name: "Europe", Color: "#333333" }] });
      const { environment, project, tenant } = await makePlace(space);
      const group = await space.post("/projectgroups", { Name: awkward("Group") });
      const me = await space.server.get("/users/me");
      const team = await space.post("/teams", {
        Name: awkward("Watchers"),
        MemberUserIds: [],
        ExternalSecurityGroups: [],
      });
      await space.post("/subscriptions", {
        Name: awkward("Tell us"),
        IsDisabled: true,
        EventNotificationSubscription: {
          Filter: {
            Users: [me.Id],
            Projects: [project],
            ProjectGroups: [group.Id],
            Environments: [environment],
            Tenants: [tenant],
            Tags: ["Region/Europe"],
            EventGroups: ["Deployment"],
            EventCategories: ["DeploymentFailed"],
            EventAgents: ["Portal"],
            DocumentTypes: ["Deployments"],
          },
          EmailTeams: [team.Id],
          EmailFrequencyPeriod: "02:00:00",
          EmailPriority: "High",
          EmailShowDatesInTimeZoneId: "Europe/Berlin",
          SlackChannelIds: ["C0123"],
          SlackChannelNames: ["#deployments"],
          SlackFrequencyPeriod: "03:00:00",
          WebhookTeams: [team.Id],
          WebhookURI: "https://hooks.x.example/octopus",
          WebhookTimeout: "00:00:20",
          WebhookHeaderKey: "X-From",
          WebhookHeaderValue: secret("of a header"),
        },
      });
      for (const EmailPriority of ["Low", "Normal"])
        await space.post("/subscriptions", {
          Name: awkward(`Tell us with ${EmailPriority} priority`),
          EventNotificationSubscription: { EmailPriority, EmailTeams: [team.Id], EmailFrequencyPeriod: "02:00:00" },
        });
    },
  },
  {
    kind: "deploymentFreeze",
    what: "of projects and of tenants, once and again and again",
    async seed(space) {
      const { environment, project, tenant } = await makePlace(space);
      const ProjectEnvironmentScope = { [project]: [environment] };
      const once = { ...winter, Description: "Nobody is there.", ProjectEnvironmentScope };
      await space.server.post("/deploymentfreezes", { Name: awkward(`Winter of ${space.name}`), ...once });
      const Tenants = [{ TenantId: tenant, ProjectId: project, EnvironmentId: environment }];
      for (const [what, schedule] of Object.entries(schedules)) {
        const freeze = { ...once, Name: awkward(`${what} of ${space.name}`) };
        const { Id } = await space.server.post("/deploymentfreezes", freeze);
        await space.server.put(`/deploymentfreezes/${Id}`, {
          Id,
          ...freeze,
          TenantProjectEnvironmentScope: Tenants,
          RecurringSchedule: { UserUtcOffsetInMinutes: 60, ...schedule },
        });
      }
    },
    uncarried: {
      "RecurringSchedule.EndDate": "The server's own name of EndOnDate.",
      "RecurringSchedule.StartDate": "The server's own name of Start.",
    },
  },
  {
    kind: "retentionPolicy",
    what: "of every type",
    async seed(space) {
      for (const RetentionType of ["LifecycleRelease", "LifecycleTentacle", "RunbookRetention"]) {
        const policy = await space.get("/retentionpolicies", { retentionType: RetentionType });
        const counted = { Strategy: "Count", QuantityToKeep: 7, Unit: "Days" };
        await space.put(`/retentionpolicies/${policy.Id}`, { ...policy, ...counted });
      }
    },
  },
  {
    kind: "approvalPolicy",
    what: "by tags and by projects",
    edit: { Description: "Edited" },
    server: { version: "2026.3.0" },
    async seed(space) {
      for (const [Name, scope] of [
        ["Stage", "Environment"],
        ["Team", "Project"],
      ])
        await space.post("/tagsets", {
          Name: Name ?? "",
          Scopes: [scope ?? ""],
          Tags: [{ Name: "Blue", Color: "#333333" }],
        });
      const { environment, project } = await makePlace(space);
      const me = await space.server.get("/users/me");
      const team = await space.post("/teams", {
        Name: awkward("Elders"),
        MemberUserIds: [],
        ExternalSecurityGroups: [],
      });
      const approvers = {
        Description: "Four eyes.",
        MinimumApproversRequired: 3,
        AllowSelfApproval: true,
        IsDisabled: true,
        ApprovingUserIds: [me.Id],
        ApprovingTeamIds: [team.Id],
      };
      await space.post("/approvalpolicies", {
        Name: awkward("By tags"),
        ScopingStrategy: "Tag",
        TagScopes: [{ ProjectTags: ["Team/Blue"], EnvironmentTags: ["Stage/Blue"] }],
        IdScopes: [],
        ...approvers,
      });
      await space.post("/approvalpolicies", {
        Name: awkward("By projects"),
        ScopingStrategy: "Id",
        TagScopes: [],
        IdScopes: [{ ProjectId: project, EnvironmentIds: [environment] }],
        ...approvers,
      });
    },
  },
];
