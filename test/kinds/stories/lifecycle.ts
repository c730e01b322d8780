import { awkward, type KindStory } from "../kind-story.ts";

const forever = { Strategy: "Forever", QuantityToKeep: 0, ShouldKeepForever: true, Unit: "Items" };

export const stories: KindStory[] = [
  {
    kind: "lifecycle",
    what: "with phases, retention and environments",
    edit: { Description: "Edited" },
    async seed(space) {
      const [test, production] = await Promise.all(
        ["Test", "Production"].map((name) => space.post("/environments", { Name: awkward(name) })),
      );
      await space.post("/lifecycles", {
        Name: awkward("Thorough"),
        ReleaseRetentionPolicy: forever,
        TentacleRetentionPolicy: { Strategy: "Count", QuantityToKeep: 5, ShouldKeepForever: false, Unit: "Days" },
        Phases: [
          {
            Name: "Once",
            AutomaticDeploymentTargets: [],
            OptionalDeploymentTargets: [test?.Id ?? ""],
            ReleaseRetentionPolicy: { Strategy: "Count", QuantityToKeep: 2, ShouldKeepForever: false, Unit: "Days" },
            TentacleRetentionPolicy: { Strategy: "Count", QuantityToKeep: 1, ShouldKeepForever: false, Unit: "Items" },
          },
        ],
      });
      await space.post("/lifecycles", {
        Name: awkward("Slow"),
        Description: "First here, then there.",
        ReleaseRetentionPolicy: { Strategy: "Count", QuantityToKeep: 3, ShouldKeepForever: false, Unit: "Days" },
        TentacleRetentionPolicy: { Strategy: "Count", QuantityToKeep: 5, ShouldKeepForever: false, Unit: "Items" },
        Phases: [
          {
            Name: "First",
            AutomaticDeploymentTargets: [test?.Id ?? ""],
            OptionalDeploymentTargets: [],
            MinimumEnvironmentsBeforePromotion: 1,
            IsOptionalPhase: true,
            IsPriorityPhase: true,
            ReleaseRetentionPolicy: { Strategy: "Count", QuantityToKeep: 2, ShouldKeepForever: false, Unit: "Items" },
            TentacleRetentionPolicy: { Strategy: "Count", QuantityToKeep: 1, ShouldKeepForever: false, Unit: "Days" },
          },
          { Name: "Then", OptionalDeploymentTargets: [production?.Id ?? ""], AutomaticDeploymentTargets: [] },
        ],
      });
    },
  },
];
