import { awkward, type KindStory } from "../kind-story.ts";

export const stories: KindStory[] = [
  {
    kind: "environment",
    what: "with tags, guided failure, dynamic targets and settings of an extension",
    edit: { Description: "Edited", UseGuidedFailure: false },
    async seed(space) {
      await space.post("/tagsets", {
        Name: awkward("Cloud"),
        Scopes: ["Environment"],
        Tags: [{ Name: awkward("Blue"), Color: "#333333" }],
      });
      await space.post("/environments", {
        Name: awkward("Production"),
        Slug: "production-by-hand",
        Description: "Where it counts.",
        SortOrder: 7,
        UseGuidedFailure: true,
        AllowDynamicInfrastructure: true,
        EnvironmentTags: [`${awkward("Cloud")}/${awkward("Blue")}`],
        ExtensionSettings: [{ ExtensionId: "servicenow-integration", Values: { ServiceNowChangeControlled: true } }],
      });
      await space.post("/environments", { Name: awkward("Test") });
    },
  },
  {
    kind: "parentEnvironment",
    what: "with its rule",
    edit: { Description: "Edited" },
    async seed(space) {
      await space.post("/parentEnvironments", {
        Name: awkward("Pull requests"),
        Slug: "pull-requests-by-hand",
        Description: "For branches.",
        UseGuidedFailure: true,
        AutomaticDeprovisioningRule: { ExpiryDays: 2, ExpiryHours: 3 },
      });
    },
  },
];
