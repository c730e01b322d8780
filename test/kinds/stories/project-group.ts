import { awkward, type KindStory } from "../kind-story.ts";

export const stories: KindStory[] = [
  {
    kind: "projectGroup",
    what: "with its description",
    edit: { Description: "Edited" },
    async seed(space) {
      await space.post("/projectgroups", {
        Name: awkward("Web"),
        Slug: "web-by-hand",
        Description: "What people see.",
      });
    },
  },
];
