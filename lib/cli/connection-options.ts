import type { OptionDeclarations } from "./declare-command.ts";

const group = "Which server";

/** Which server, which space, and where its key is: the same for every command that talks to one. */
export const connectionOptions = {
  server: {
    type: "string",
    value: "<url>",
    help: "Address of the Octopus Server.",
    environment: "OCTOPUS_URL",
    isAddress: true,
    group,
  },
  space: {
    type: "string",
    value: "<name or id>",
    help: "The management space.",
    environment: "OCTOPUS_SPACE",
    group,
  },
  "api-key-file": {
    type: "string",
    value: "<file>",
    help: "A file that holds nothing but the API key; - for standard input. A key itself is never an option.",
    environment: "OCTOPUS_API_KEY with the key",
    completes: "files",
    group,
  },
} as const satisfies OptionDeclarations;
