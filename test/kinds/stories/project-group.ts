import { awkward, type KindStory } from "../kind-story.ts";

export const stories: KindStory[] = [
  {
    kind: "projectGroup",
    what: "with a description",
    async seed(space) {
      await space.post("/projectgroups", { Name: awkward("Shops"), Description: "What customers see." });
    },
  },
];
