import { ParameterError } from "../step/errors.ts";

/** The command's line makes no sense: nothing was asked of anybody, and nothing done. It has an exit code of its own. */
export class UsageError extends ParameterError {}

/** As sysexits.h has it (EX_USAGE). 2 would be taken for what `fleet --fail` tells. */
export const usageExitCode = 64;
