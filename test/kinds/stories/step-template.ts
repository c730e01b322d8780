import type { JsonObject } from "../../../lib/model/json.ts";
import { findConnection } from "../github-connections.ts";
import { awkward, secret, type KindStory } from "../kind-story.ts";

export const stories: KindStory[] = [
  {
    kind: "stepTemplate",
    what: "with parameters of every sort, packages and Git dependencies, at its second version",
    async seed(space) {
      const feed = await space.post("/feeds", {
        Name: "Tools",
        FeedType: "Docker",
        FeedUri: "https://images.example",
      });
      const credential = await space.post("/git-credentials", {
        Name: awkward("Pulls"),
        Details: { Type: "UsernamePassword", Username: "bot", Password: secret("of a bot") },
      });
      const parameter = { HelpText: "What is said.", DisplaySettings: { "Octopus.ControlType": "SingleLineText" } };
      const template: JsonObject = {
        Name: awkward("Say"),
        Description: "Says *it*.",
        ActionType: "Octopus.Script",
        Properties: {
          "Octopus.Action.Script.ScriptSource": "Inline",
          "Octopus.Action.Script.Syntax": "Bash",
          "Octopus.Action.Script.ScriptBody": "echo #{Say.What} Environments-1",
        },
        Parameters: [
          { Name: "Say.What", Label: "What?", DefaultValue: "Hello", ...parameter },
          {
            Name: "Say.Secret",
            ...parameter,
            DefaultValue: secret("of a parameter"),
            DisplaySettings: { "Octopus.ControlType": "Sensitive" },
          },
        ],
        Packages: [
          {
            Name: "tool",
            PackageId: "tools/sayer",
            FeedId: feed.Id,
            AcquisitionLocation: "Server",
            // As the portal has them, the empty ones too.
            Properties: { Extract: "True", SelectionMode: "immediate", PackageParameterName: "", Purpose: "" },
          },
        ],
        GitDependencies: [
          {
            Name: "texts",
            RepositoryUri: "https://git.example/texts",
            DefaultBranch: "main",
            GitCredentialType: "Library",
            GitCredentialId: credential.Id,
            FilePathFilters: ["a/*"],
          },
          {
            Name: "charts",
            RepositoryUri: "https://github.com/acme/charts",
            DefaultBranch: "main",
            GitCredentialType: "GitHub",
            GitHubConnectionId: await findConnection(space, "acme"),
            FilePathFilters: [],
          },
        ],
      };
      const made = await space.post("/actiontemplates", { ...template, Description: "First." });
      await space.put(`/actiontemplates/${made.Id}`, { ...made, ...template });
      const image = Buffer.from("89504e470d0a1a0a", "hex");
      await space.upload(`/actiontemplates/${made.Id}/logo`, { name: "logo.png", content: image });
    },
    uncarried: {
      "GitDependencies.StepPackageInputsReferenceId": "of templates of step packages, which nobody can make any more",
      "Packages.StepPackageInputsReferenceId": "the same",
      "Packages.Version": "of a package that is fixed, which steps choose and templates do not",
      Inputs: "of templates of step packages",
    },
  },
];
