import { list } from "./shape.ts";
import { required } from "./value.ts";
import { anything, word } from "./words.ts";

/** What integrations such as Jira keep in a resource. */
export const extensions = list("ExtensionSettings", "What integrations keep: values by the id of each.", {
  fields: {
    id: required(word("ExtensionId", "Such as `jira-integration`.")),
    values: anything("Values", "By name, as the integration has them."),
  },
  identify: ({ id }) => String(id),
});
