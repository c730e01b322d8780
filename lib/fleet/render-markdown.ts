import { count } from "../copies/describe-update.ts";
import { escapeHtml } from "../pages/escape-html.ts";
import type { FleetAttention, FleetReport, Mend } from "./fleet-report.ts";
import { groupBy } from "./group-by.ts";
import { lookOf, rankOf, type FleetState } from "./states.ts";

/** Lines that a mail or a chat shows before it says how many more there are. */
const mostLines = 20;

/** The look in one sentence, as it is highlighted. */
export function summarize(report: FleetReport): string {
  const { spaces, instances, attention, selection } = report;
  const of = selection === "" ? "" : ` (${selection})`;
  const what = `${count(spaces.length, "space")} on ${count(instances.length, "instance")}${of}`;
  if (attention.length === 0) return `${what}: nothing needs a person.`;
  const isNew = attention.filter((one) => one.isNew).length;
  const states = [...countStates(report)].map(([state, number]) => `${number} ${lookOf(state).label.toLowerCase()}`);
  return `${what}: ${count(attention.length, "thing")} ${attention.length === 1 ? "needs" : "need"} a person${isNew === 0 ? "" : `, ${isNew} of them new`} (${states.join(", ")}).`;
}

/** By state, how many things need a person, the worst first. */
export function countStates({ attention }: Pick<FleetReport, "attention">): Map<FleetState, number> {
  const groups = groupBy(attention, ({ state }) => state);
  const sorted = [...groups].toSorted(([a], [b]) => rankOf(a) - rankOf(b));
  return new Map(sorted.map(([state, all]) => [state, all.length]));
}

/** For mail and chat: the sentence, then what needs a person. */
export function renderMarkdown(report: FleetReport, attention: readonly FleetAttention[] = report.attention): string {
  const shown = attention.slice(0, mostLines);
  const more = attention.length - shown.length;
  const lines = shown.map(
    (one) =>
      `- ${one.isNew ? "**New.** " : ""}**${lookOf(one.state).label}**: ${escapeMarkdown(one.text)}${mendInMarkdown(one.mend)} _Since ${one.since.slice(0, 10)}._`,
  );
  return [
    escapeMarkdown(summarize(report)),
    "",
    ...lines,
    ...(more > 0 ? [`- and ${more} more`] : []),
    ...(attention.length > 0 ? [""] : []),
    `_Read ${report.readAt.slice(0, 16).replace("T", " ")} UTC, ${count(report.cost.requests, "request")}, ${report.cost.seconds} s._`,
    "",
  ].join("\n");
}

function mendInMarkdown(mend: Mend | undefined): string {
  if (mend === undefined) return "";
  if (mend.url !== undefined) return ` [${escapeMarkdown(mend.text)}](${mend.url})`;
  return ` ${escapeMarkdown(mend.text)}${mend.command === undefined ? "" : ` \`${mend.command.replaceAll("`", "'")}\``}`;
}

/** Names of people's things are text, whatever they look like. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>#|~]/g, String.raw`\$&`).replaceAll(/\s+/g, " ");
}

/** For a mail: the same, as a piece of HTML. */
export function renderMailHtml(report: FleetReport, attention: readonly FleetAttention[] = report.attention): string {
  const lines = attention
    .slice(0, mostLines)
    .map(
      (one) =>
        `<li>${one.isNew ? "<b>New.</b> " : ""}<b>${escapeHtml(lookOf(one.state).label)}</b>: ${escapeHtml(one.text)}${mendInHtml(one.mend)} <small>Since ${one.since.slice(0, 10)}.</small></li>`,
    );
  const more = attention.length - mostLines;
  return `<p>${escapeHtml(summarize(report))}</p><ul>${lines.join("")}${more > 0 ? `<li>and ${more} more</li>` : ""}</ul>`;
}

function mendInHtml(mend: Mend | undefined): string {
  if (mend === undefined) return "";
  const text = escapeHtml(mend.text);
  if (mend.url !== undefined) return ` <a href="${escapeHtml(mend.url)}">${text}</a>`;
  return ` ${text}${mend.command === undefined ? "" : ` <code>${escapeHtml(mend.command)}</code>`}`;
}
