import { count } from "../copies/describe-update.ts";
import type { CommitStatus } from "../git-hosts/git-host.ts";
import type { Findings, Problem } from "./problem.ts";
import type { Subject } from "./subject.ts";

/** What came of validating one branch or pull request. */
export interface Validation {
  subject: Subject;
  commit: string;
  findings: Findings;
  /** Why the check could not be done at all; absent where it was. */
  failure?: string;
}

/**
 * Who reads what is told on the host: `ours` where the repository is private and the changes are from it; else `anybody`, whom no space's
 * name is told, nor what is in one.
 */
export type Audience = "ours" | "anybody";

export type ValidationState = Exclude<CommitStatus["state"], "pending">;

/** The whole of it, as Octopus tells. */
export function stateOf({ findings, failure }: Pick<Validation, "findings" | "failure">): ValidationState {
  if (failure !== undefined) return "error";
  if (findings.problems.length > 0) return "failure";
  return findings.unknown.length > 0 ? "error" : "success";
}

/** What the host is told: of a stranger's request that of the files alone, since the rest would tell about spaces. */
export function toldState(validation: Validation): ValidationState {
  return stateOf(validation.subject.isForeign ? { ...validation, findings: ofFiles(validation.findings) } : validation);
}

/** One line beside the commit. */
export function describeState(validation: Validation, audience: Audience): string {
  const { findings, failure, subject } = validation;
  if (failure !== undefined) return "The check could not be done. The task in Octopus tells why.";
  if (subject.isForeign) {
    const number = ofFiles(findings).problems.length;
    const what = number === 0 ? "no problem in the files" : `${count(number, "problem")} in the files`;
    return `From another repository: ${what}. The managed spaces are told in Octopus.`;
  }
  const { problems, unknown } = findings;
  const open = unknown.length === 0 ? "" : `, ${unknown.length} not looked at`;
  if (problems.length === 0) return open === "" ? "No problem found" : `No problem found${open}`;
  if (audience === "anybody") return `${count(problems.length, "problem")}${open}. The page in Octopus tells which.`;
  return `${count(problems.length, "problem")}${open}: ${problems[0]?.text ?? ""}`;
}

export function ofFiles({ problems, remarks, unknown }: Findings): Findings {
  const isOfFile = ({ kind }: Problem): boolean => kind === "file";
  return { problems: problems.filter(isOfFile), remarks: remarks.filter(isOfFile), unknown: unknown.filter(isOfFile) };
}
