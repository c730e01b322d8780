import { awkward, secret, type KindStory } from "../kind-story.ts";

export const stories: KindStory[] = [
  {
    kind: "proxy",
    what: "with user name and password, and without",
    edit: { Host: "edited.example" },
    async seed(space) {
      const proxy = { Host: "proxy.example", Port: 3128, ProxyType: "HTTP" };
      await space.post("/proxies", { ...proxy, Name: awkward("Out"), Username: "me", Password: secret("of a proxy") });
      await space.post("/proxies", { ...proxy, Name: "Open" });
    },
  },
];
