import { neededSecret, secret } from "../references.ts";
import { nameField, type Section } from "../section.ts";
import { tenanted } from "../tenanted.ts";
import { text } from "../words.ts";

export const certificates: Section = {
  key: "certificates",
  kind: "certificate",
  about: "Certificates with all that is in their files: private key and chain.",
  fields: {
    name: nameField,
    notes: text("Notes"),
    data: neededSecret("CertificateData", "The file, in Base64."),
    password: secret("Password", "Of the file."),
    ...tenanted,
  },
};
