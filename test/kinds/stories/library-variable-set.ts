import type { JsonObject } from "../../../lib/model/json.ts";
import type { OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { awkward, secret, type KindStory } from "../kind-story.ts";
import { ensureEnvironment, makeTenants } from "../scope.ts";

/** A set or a module with these variables. */
async function make(space: OctopusSpace, body: JsonObject, variables: JsonObject[]): Promise<void> {
  const set = await space.post("/libraryvariablesets", body);
  const path = `/variables/${String(set["VariableSetId"])}`;
  await space.put(path, { ...(await space.get(path)), Variables: variables });
}

function toModule(name: string): [JsonObject, JsonObject[]] {
  const variables = [
    { Name: `Octopus.Script.Module[${name}]`, Value: "function Say() { 'Environments-1' }", Type: "String" },
    { Name: `Octopus.Script.Module.Language[${name}]`, Value: "PowerShell", Type: "String" },
  ];
  const described = { Description: "Says things.", ContentType: "ScriptModule" };
  return [{ Name: name, ...described }, variables.map((variable) => ({ ...variable, IsSensitive: false, Scope: {} }))];
}

export const stories: KindStory[] = [
  {
    kind: "libraryVariableSet",
    what: "with variables of every type and scope and with templates, beside a script module of its name",
    prepare: makeTenants,
    edit: { Description: "Edited" },
    uncarried: { "ContentType: ScriptModule": "Of script modules, which are a kind of their own." },
    async seed(space) {
      const account = await space.post("/accounts", {
        Name: awkward("Cloud"),
        AccountType: "AmazonWebServicesAccount",
        AccessKey: "ACCESS",
        SecretKey: secret("of a cloud"),
      });
      const environment = await ensureEnvironment(space);
      const name = awkward("Common");
      const template = {
        Label: "Say it",
        HelpText: "What is to be said.",
        DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
      };
      const variable = { Type: "String", IsSensitive: false, Scope: {} };
      const set: JsonObject = {
        Name: name,
        Description: "For *everybody*.",
        ContentType: "Variables",
        Templates: [
          { Name: "Greeting", DefaultValue: "Hello", ...template },
          {
            Name: "Password",
            ...template,
            DefaultValue: secret("of a template"),
            DisplaySettings: { "Octopus.ControlType": "Sensitive" },
          },
        ],
      };
      await make(space, set, [
        { ...variable, Name: "Plain", Value: "a #{Greeting}", Description: "Said by #{Name}." },
        { ...variable, Name: "Plain", Value: "in production", Scope: { Environment: [environment.Id] } },
        { ...variable, Name: "Plain", Value: "in Europe", Scope: { TenantTag: ["Region/Europe"], Role: ["web"] } },
        { ...variable, Name: "Cloud", Type: "AmazonWebServicesAccount", Value: account.Id },
        { ...variable, Name: "Secret", Type: "Sensitive", IsSensitive: true, Value: secret("of a variable").NewValue },
        {
          ...variable,
          Name: "Asked",
          Value: "",
          Prompt: { Label: "Who?", Description: "You.", Required: true, DisplaySettings: {} },
        },
      ]);
      await make(space, ...toModule(name));
    },
  },
  {
    kind: "scriptModule",
    what: "with its script",
    edit: { Description: "Edited" },
    async seed(space) {
      await make(space, ...toModule(awkward("Talking")));
    },
    uncarried: {
      "ContentType: Variables": "Of library variable sets, which are a kind of their own.",
      Templates: "a script module has none",
    },
  },
];
