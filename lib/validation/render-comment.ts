import { count } from "../copies/describe-update.ts";
import { escapeMarkdown } from "../pages/escape-markdown.ts";
import type { Findings, Problem } from "./problem.ts";
import { ofFiles, toldState, type Audience, type Validation, type ValidationState } from "./validation.ts";

/** What a comment shows of each list before it says how many more there are. */
const mostLines = 40;

const words: Record<ValidationState, string> = {
  success: "no problem found",
  failure: "problems found",
  error: "could not be checked",
};

export interface CommentOptions {
  /** What the check is called, by which the comment is found again. */
  statusName: string;
  template: string;
  audience: Audience;
  /** The task in Octopus; undefined where nobody knows, and "" is never one. */
  taskUrl: string | undefined;
  /** Takes secrets out of a text. */
  hide: (text: string) => string;
}

/** The comment on a pull request: people's texts are text in it, whatever they look like. */
export function renderComment(validation: Validation, options: CommentOptions): { marker: string; body: string } {
  const { statusName, template, audience, taskUrl, hide } = options;
  const marker = `### ${statusName} (${escapeMarkdown(template)})`;
  const shown = audience === "ours" ? validation.findings : ofFiles(validation.findings);
  const lines = [
    `${marker}: ${words[toldState(validation)]}`,
    "",
    `Commit ${validation.commit.slice(0, 12)}.${validation.failure === undefined ? "" : ` ${describeFailure(validation, options)}`}`,
    ...listSection("Problems", shown.problems, hide),
    ...listSection("Not looked at", shown.unknown, hide),
    ...listSection("Good to know", shown.remarks, hide),
    ...describeHidden(validation, shown, audience),
    ...(audience === "ours" && taskUrl !== undefined
      ? ["", `[The task in Octopus](${taskUrl}) has the whole page.`]
      : []),
  ];
  return { marker, body: lines.join("\n") };
}

function describeFailure({ failure = "" }: Validation, { audience, hide }: CommentOptions): string {
  return audience === "ours" ? escapeMarkdown(hide(failure)) : "The task in Octopus tells why.";
}

function listSection(title: string, problems: readonly Problem[], hide: (text: string) => string): string[] {
  if (problems.length === 0) return [];
  const more = problems.length - mostLines;
  return [
    "",
    `**${title}**`,
    "",
    ...problems.slice(0, mostLines).map(({ text }) => `- ${escapeMarkdown(hide(text))}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ];
}

/** That there is more, for those who may see it; of a stranger's request not even that. */
function describeHidden({ findings, subject }: Validation, shown: Findings, audience: Audience): string[] {
  if (audience === "ours") return [];
  if (subject.isForeign)
    return ["", "The changes come from another repository: only what concerns the files is told here."];
  const hidden = findings.problems.length - shown.problems.length;
  return hidden === 0 ? [] : ["", `${count(hidden, "problem")} in managed spaces: the page in Octopus tells which.`];
}
