import { signInParameters, thisInstance } from "../octopus/connection-parameters.ts";
import { decisionsVariable } from "../octopus/needed-variables.ts";
import { checkbox, multilineText, secret, select, text, url, type Parameter } from "../step/parameters.ts";

export interface ReceiptKeyParameters {
  receiptKey: Parameter<string | undefined>;
}

/** By what a later run knows which secrets are new. */
export function receiptKeyParameters(): ReceiptKeyParameters {
  return {
    receiptKey: secret({
      label: "Receipt Key",
      help: "Any secret text, always the same. By it the step knows which secrets are new since the last run, and sends only those. Blank to send all of them every time.",
      optional: true,
    }),
  };
}

export interface OverwriteParameters {
  overwriteDownstreamChanges: Parameter<boolean>;
}

/** Who wins. @param source - what the step brings: `package` */
export function overwriteParameters(source: string, initial = false): OverwriteParameters {
  return {
    overwriteDownstreamChanges: checkbox({
      label: "Overwrite Downstream Changes",
      help: `Whether the ${source} wins where people changed the same thing in the managed space. What they added stays.`,
      default: initial,
    }),
  };
}

export interface DecisionParameters {
  decisions: Parameter<string | undefined>;
}

/** What becomes of what both sides changed. */
export function decisionParameters(): DecisionParameters {
  return {
    decisions: multilineText({
      label: "Decisions",
      help: "What becomes of conflicts, one line each: `take the template's: …` or `keep this space's: …`, and then what is in conflict, as the log names it. The page of the step *Preview Updates* makes these lines. A decision holds until one of the sides changes again. They are for one space, so the form asks the run for them.",
      default: `#{${decisionsVariable}}`,
      optional: true,
      keepTokens: true,
      mayBeUnresolved: true,
    }),
  };
}

export interface SendAllSecretsParameters {
  sendAllSecrets: Parameter<boolean>;
}

/** For a receipt key that is another one. */
export function sendAllSecretsParameters(): SendAllSecretsParameters {
  return {
    sendAllSecrets: checkbox({
      label: "Send All Secrets",
      help: "Whether all secrets are sent although the receipt key is not the one of the last run, over those that people changed in the managed space.",
      default: false,
    }),
  };
}

export interface MissingParameters {
  missingStepTemplates: Parameter<"install" | "detach" | "fail">;
  missingSecrets: Parameter<"fail" | "leave">;
}

/** What to do about what neither the space nor the run has. */
export function missingParameters(): MissingParameters {
  return {
    missingStepTemplates: select({
      label: "Missing Step Templates",
      help: "What to do when the managed space has no step template with the content that a step uses. Installing merges with the one of that name that deployments installed before, as a new version; one that people made is left alone, told as a conflict, and its steps are deployed without it.",
      options: { install: "Install them", detach: "Deploy the steps without a step template", fail: "Fail" },
      default: "install",
    }),
    missingSecrets: select({
      label: "Missing Secrets",
      help: "What to do about a secret that no variable of this run has, neither by the name of the template's variable nor by that of the value (`Password[Production]`), and that the managed space does not have yet.",
      options: { fail: "Fail before anything is written", leave: "Leave it without a value" },
      default: "fail",
    }),
  };
}

export interface OnlyPlanParameters {
  onlyPlan: Parameter<boolean>;
}

export function onlyPlanParameters(): OnlyPlanParameters {
  return {
    onlyPlan: checkbox({ label: "Only Plan", help: "Says what would be done and changes nothing.", default: false }),
  };
}

export interface RehearsalParameters {
  demandRehearsal: Parameter<"no" | "day" | "week" | "any">;
  managementServerUrl: Parameter<string | undefined>;
  managementApiKey: Parameter<string | undefined>;
  managementServiceAccountId: Parameter<string | undefined>;
  managementOidcToken: Parameter<string | undefined>;
  managementSpaceId: Parameter<string | undefined>;
}

/** Whether nothing is deployed that was not rehearsed, and where the step Rehearse has left how that went. */
export function rehearsalParameters(): RehearsalParameters {
  const optional = { optional: true, mayBeUnresolved: true } as const;
  const { apiKey, serviceAccountId, oidcToken } = signInParameters({
    ...thisInstance,
    label: "Management",
    help: "Where a rehearsal is demanded: a key whose user may view library variable sets in the management space.",
  });
  return {
    demandRehearsal: select({
      label: "Demand a Rehearsal",
      help: "Whether the version is deployed only when the step Rehearse looked at it last, found no space that would refuse it, and is not longer ago than that.",
      options: { no: "No", day: "Of the last 24 hours", week: "Of the last seven days", any: "Of any age" },
      default: "no",
    }),
    managementServerUrl: url({
      label: "Management Server URL",
      help: "Where a rehearsal is demanded: the instance with the management space.",
      default: "#{ThisInstance.Server.Url}",
      ...optional,
    }),
    managementApiKey: apiKey,
    managementServiceAccountId: serviceAccountId,
    managementOidcToken: oidcToken,
    managementSpaceId: text({
      label: "Management Space",
      help: "Where a rehearsal is demanded: id or name of the space in which it was.",
      default: "#{Octopus.Space.Id}",
      ...optional,
    }),
  };
}

/** The outputs of every step that brings a package. */
export const deploymentOutputs = {
  Changed: "`True` when this run wrote anything.",
  KeptChanges: "How many changes of people in the managed space were kept.",
  Conflicts: "How many of those the package has something else for.",
  Report: "What was written and kept, one line each.",
} as const;
