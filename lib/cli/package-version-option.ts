import type { OptionDeclarations } from "./declare-command.ts";

/** Beside an option that names a package. */
export const packageVersionOption = {
  "package-version": {
    type: "string",
    value: "<version>",
    help: "Of a package in the feed, which version.",
    otherwise: "the newest",
  },
} as const satisfies OptionDeclarations;
