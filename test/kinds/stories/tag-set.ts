import { awkward, type KindStory } from "../kind-story.ts";

const colors = ["#333333", "#36A766"];

export const stories: KindStory[] = [
  {
    kind: "tagSet",
    what: "of every type, for every scope",
    edit: { Description: "Edited" },
    async seed(space) {
      for (const [index, Type] of ["MultiSelect", "SingleSelect"].entries())
        await space.post("/tagsets", {
          Name: awkward(Type),
          Description: "What tells them apart.",
          Type,
          SortOrder: 3 + index,
          Scopes: ["Tenant", "Environment", "Project", "Target", "Runbook"],
          Tags: colors.map((Color, place) => ({
            Name: awkward(`Tag ${place}`),
            Description: "One of them.",
            Color,
            SortOrder: 2 - place,
          })),
        });
      await space.post("/tagsets", { Name: awkward("FreeText"), Type: "FreeText", Scopes: ["Environment"] });
    },
  },
  {
    kind: "tagSet",
    what: "in the order in which people made them, which is not that of their names",
    async seed(space) {
      for (const Name of ["Region", "Cloud"])
        await space.post("/tagsets", { Name, Tags: ["West", "East"].map((tag) => ({ Name: tag, Color: "#333333" })) });
    },
  },
  {
    kind: "environment",
    what: "with a tag of free text, which no set has in its list",
    async seed(space) {
      await space.post("/tagsets", { Name: awkward("Owner"), Type: "FreeText", Scopes: ["Environment"] });
      await space.post("/environments", {
        Name: awkward("Production"),
        EnvironmentTags: [`${awkward("Owner")}/whoever has time`],
      });
    },
  },
];
