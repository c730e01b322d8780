import { awkward, type KindStory } from "../kind-story.ts";

export const stories: KindStory[] = [
  {
    kind: "environment",
    what: "in an order of their own, with guided failure and dynamic targets",
    async seed(space) {
      await space.post("/environments", { Name: awkward("Production"), SortOrder: 20 });
      await space.post("/environments", {
        Name: awkward("Development"),
        Description: "For ${everybody}, %{every} day.",
        SortOrder: 10,
        UseGuidedFailure: true,
        AllowDynamicInfrastructure: true,
      });
    },
  },
];
