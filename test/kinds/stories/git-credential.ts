import { awkward, secret, type KindStory } from "../kind-story.ts";

export const stories: KindStory[] = [
  {
    kind: "gitCredential",
    what: "user name and password for some repositories, and a key with its passphrase",
    edit: { Description: "Edited" },
    uncarried: Object.fromEntries(
      ["Anonymous", "GitHub", "Library", "NotSpecified"].map((type) => [
        `Details.Type: ${type}`,
        "How a repository is signed in to, and no credential of the library.",
      ]),
    ),
    async seed(space) {
      await space.post("/git-credentials", {
        Name: awkward("Pushes"),
        Description: "A bot's.",
        Details: { Type: "UsernamePassword", Username: "bot", Password: secret("of a bot") },
        RepositoryRestrictions: { Enabled: true, AllowedRepositories: ["https://git.example/a/*"] },
      });
      await space.post("/git-credentials/v2", {
        Name: awkward("Key"),
        Description: "A deploy key.",
        Details: { Type: "SshKey", PrivateKey: secret("a key"), Passphrase: secret("of a key") },
        RepositoryRestrictions: { Enabled: false, AllowedRepositories: [] },
      });
    },
  },
];
