import { nameField, several, type Section } from "../section.ts";
import { required, usually } from "../value.ts";
import { flag, oneOf, text, word } from "../words.ts";

export const serviceAccounts: Section = {
  key: "serviceAccounts",
  kind: "user",
  about:
    "Users that are programs, with whom they trust to sign in as them. They are the whole server's; keys never come along.",
  fields: {
    name: required(word("Username", "The user name.")),
    displayName: text("DisplayName"),
    email: text("EmailAddress"),
    isActive: flag("IsActive", undefined, true),
    type: usually(oneOf("ServiceAccountType", undefined, ["Standard", "Agent"]), "Standard"),
  },
  parts: {
    identities: several("oidcIdentity", "Whom it trusts, by OpenID Connect.", {
      fields: {
        name: nameField,
        issuer: required(word("Issuer")),
        subject: required(word("Subject")),
        audience: text("Audience"),
      },
    }),
  },
  implied: () => [["IsService", true]],
};
