import { awkward, type KindStory } from "../kind-story.ts";

export const stories: KindStory[] = [
  {
    kind: "workerPool",
    what: "static, with another default than a new space has, and dynamic",
    edit: { Description: "Edited" },
    async seed(space) {
      await space.post("/workerpools", {
        Name: awkward("Static"),
        Slug: "static-by-hand",
        Description: "Machines of ours.",
        WorkerPoolType: "StaticWorkerPool",
        IsDefault: true,
        SortOrder: 7,
      });
      await space.post("/workerpools", {
        Name: awkward("Dynamic"),
        Description: "Machines of Octopus's.",
        WorkerPoolType: "DynamicWorkerPool",
        WorkerType: "Ubuntu2204",
        SortOrder: 3,
      });
    },
  },
];
