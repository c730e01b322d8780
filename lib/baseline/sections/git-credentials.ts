import type { JsonObject, JsonValue } from "../../model/json.ts";
import { neededSecret, secret } from "../references.ts";
import { description, nameField, type Section } from "../section.ts";
import { byType } from "../shape.ts";
import { required } from "../value.ts";
import { text, textSet } from "../words.ts";

export const gitCredentials: Section = {
  key: "gitCredentials",
  kind: "gitCredential",
  about: "How Octopus signs in to Git repositories.",
  fields: {
    name: nameField,
    description,
    repositories: textSet(
      "RepositoryRestrictions.AllowedRepositories",
      "Repositories that it may be used for, as patterns. Left out: all.",
    ),
  },
  variants: byType(
    "Details.Type",
    {
      password: [
        "UsernamePassword",
        {
          username: required(text("Details.Username")),
          password: neededSecret("Details.Password", "A password or token."),
        },
      ],
      key: [
        "SshKey",
        { privateKey: neededSecret("Details.PrivateKey"), passphrase: secret("Details.Passphrase", "Of the key.") },
      ],
    },
    { about: "Left out: a user name with a password.", usual: "password" },
  ),
  implied,
};

function implied({ RepositoryRestrictions: limits }: JsonObject): [string, JsonValue][] {
  return limits === undefined ? [] : [["RepositoryRestrictions.Enabled", true]];
}
