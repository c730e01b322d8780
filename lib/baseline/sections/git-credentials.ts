import type { JsonObject, JsonValue } from "../../model/json.ts";
import { neededSecret } from "../references.ts";
import { description, nameField, type Section } from "../section.ts";
import { required } from "../value.ts";
import { text, textSet } from "../words.ts";

export const gitCredentials: Section = {
  key: "gitCredentials",
  kind: "gitCredential",
  about: "How Octopus signs in to Git repositories.",
  fields: {
    name: nameField,
    description,
    username: required(text("Details.Username")),
    password: neededSecret("Details.Password", "A password or token."),
    repositories: textSet(
      "RepositoryRestrictions.AllowedRepositories",
      "Repositories that it may be used for, as patterns. Left out: all.",
    ),
  },
  implied,
};

function implied({ RepositoryRestrictions: limits }: JsonObject): [string, JsonValue][] {
  const limited: [string, JsonValue][] = limits === undefined ? [] : [["RepositoryRestrictions.Enabled", true]];
  return [["Details.Type", "UsernamePassword"], ...limited];
}
