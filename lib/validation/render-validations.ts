import { count } from "../copies/describe-update.ts";
import { escapeHtml, renderLink } from "../pages/escape-html.ts";
import { createHider } from "../pages/hide-secrets.ts";
import { renderHtmlTable } from "../pages/render-html-table.ts";
import { renderPage } from "../pages/render-page.ts";
import type { Problem } from "./problem.ts";
import { describeSubject } from "./subject.ts";
import { stateOf, type Validation, type ValidationState } from "./validation.ts";

/** In the order in which they are shown. */
const looks: Record<ValidationState, { tone: string; label: string }> = {
  failure: { tone: "bad", label: "Problems" },
  error: { tone: "odd", label: "Not checked" },
  success: { tone: "good", label: "No problem" },
};

/** A page with all that was found, for those who may see the task: the spaces are named in it, and secrets are not. */
export function renderValidations(
  all: readonly Validation[],
  { template, secrets }: { template: string; secrets: readonly string[] },
): string {
  const hide = createHider(secrets);
  const states = Object.keys(looks);
  const rank = (one: Validation): number => states.indexOf(stateOf(one));
  const sorted = all.toSorted((a, b) => rank(a) - rank(b));
  return renderPage({
    title: `Validation of ${template}`,
    subtitle: `${count(all.length, "branch or pull request", "branches and pull requests")}`,
    body:
      all.length === 0
        ? `<p class="card">Nothing was validated.</p>`
        : `<main>\n${sorted.map((one) => renderValidation(one, hide)).join("\n")}\n</main>`,
  });
}

function renderValidation(validation: Validation, hide: (text: string) => string): string {
  const { subject, commit, findings, failure } = validation;
  const { tone, label } = looks[stateOf(validation)];
  const { request, branch, repository } = subject;
  const title = request === undefined ? branch : `${request.number}: ${request.title}`;
  const facts = [
    renderLink(repository.url, repository.url),
    escapeHtml(`${branch} at ${commit.slice(0, 12)}`),
    ...(subject.isForeign ? ["from another repository"] : []),
  ];
  const tables = [
    renderProblems("Problems", findings.problems, hide),
    renderProblems("Not looked at", findings.unknown, hide),
    renderProblems("Good to know", findings.remarks, hide),
  ];
  return `<section class="card">
<div class="head"><h2>${renderLink(hide(title), request?.webUrl ?? "")}</h2><span class="badge ${tone}">${label}</span></div>
<p class="facts">${facts.map((fact) => `<span>${fact}</span>`).join("")}</p>
${failure === undefined ? "" : `<p>${escapeHtml(hide(failure))}</p>`}
${tables.join("\n")}
</section>`;
}

function renderProblems(title: string, problems: readonly Problem[], hide: (text: string) => string): string {
  if (problems.length === 0) return "";
  const rows = problems.map(({ place, text }) => [escapeHtml(hide(place || "Files")), escapeHtml(hide(text))]);
  return `<h3>${title}</h3>\n${renderHtmlTable(["Where", "What"], rows)}`;
}

/** As the log begins its lines: `pull request 5 of "https://…"`. */
export function listLines({ subject, findings, failure }: Validation): { text: string; isGood: boolean }[] {
  const about = describeSubject(subject);
  const toLine = (isGood: boolean) => (problem: Problem) => ({ text: `${about}: ${problem.text}`, isGood });
  return [
    ...(failure === undefined ? [] : [{ text: `${about}: ${failure}`, isGood: false }]),
    ...findings.problems.map(toLine(false)),
    ...findings.unknown.map(toLine(false)),
    ...findings.remarks.map(toLine(true)),
  ];
}
