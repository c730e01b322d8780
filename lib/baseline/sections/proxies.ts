import { secret } from "../references.ts";
import { nameField, type Section } from "../section.ts";
import { required } from "../value.ts";
import { count, text, word } from "../words.ts";

export const proxies: Section = {
  key: "proxies",
  kind: "proxy",
  about: "Through which the server reaches machines.",
  fields: {
    name: nameField,
    host: required(word("Host")),
    port: count("Port", undefined, { usual: 80 }),
    username: text("Username"),
    password: secret("Password"),
  },
  implied: () => [["ProxyType", "HTTP"]],
};
