import { steps } from "../steps/index.ts";
import { readProjectVersion } from "./project.ts";
import type { PublishedBody } from "./published.ts";
import { listStaleModules, listStaleReadmes, renderPrograms, renderProject } from "./render-project.ts";
import type { Rendered, RenderedTemplate } from "./render-project.ts";
import { listUnrecorded, readVersions } from "./versions.ts";

/** In characters. Octopus copies a script body into every step that uses it, and hands it to every step of such a process. */
const LIMITS = { inline: 60_000, inlineWithGit: 75_000, packaged: 4_000, published: 3_500 };

await check();

async function check(): Promise<void> {
  const problems = await listProblems();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

async function listProblems(): Promise<string[]> {
  const options = { version: readProjectVersion(), versions: readVersions() };
  const first = await renderProject(steps, options);
  // All anew, so that this shows of what earlier builds kept, too, that it is what is made today.
  const second = await renderProject(steps, options, await renderPrograms(steps, options.version, { isFresh: true }));
  return [
    ...listDifferences(first, second),
    ...first.templates.flatMap(listBodyProblems),
    ...first.published.flatMap(listPublishedProblems),
    ...listUnrecorded(options.versions, first.states).map((problem) => `The template ${problem}`),
    ...[...(await listStaleReadmes(steps)).keys(), ...(await listStaleModules()).keys()].map(
      (path) => `${path} is not what the declarations say. Run "npm run build".`,
    ),
  ];
}

function listDifferences(first: Rendered, second: Rendered): string[] {
  const paths = [...new Set([...first.dist.keys(), ...second.dist.keys()])];
  const differing = paths.filter((path) => !first.dist.get(path)?.equals(second.dist.get(path) ?? Buffer.alloc(0)));
  return differing.map((path) => `Two builds give two different files "${path}".`);
}

function listBodyProblems({ slug, bundle, inline, packaged, powerShell }: RenderedTemplate): string[] {
  const problems: string[] = [];
  const most = bundle.includes("GIT_TERMINAL_PROMPT") ? LIMITS.inlineWithGit : LIMITS.inline;
  if (inline.length > most)
    problems.push(`The inline body of "${slug}" has ${inline.length} characters; at most ${most} are good.`);
  for (const body of [packaged, powerShell]) {
    if (body.length > LIMITS.packaged)
      problems.push(`A packaged body of "${slug}" has ${body.length} characters; at most ${LIMITS.packaged} are good.`);
  }
  if (`${inline}${packaged}${powerShell}`.includes("#{"))
    problems.push(`A body of "${slug}" holds "#{", and Octopus would rewrite it.`);
  const secret =
    /API-[A-Z0-9]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY-----\\n[A-Za-z0-9]|gh[pousr]_[A-Za-z0-9]{30,}|AKIA[A-Z0-9]{16}/.exec(
      bundle,
    );
  if (secret) problems.push(`The bundle of "${slug}" holds what looks like a secret: ${secret[0].slice(0, 8)}…`);
  return problems;
}

function listPublishedProblems({ slug, syntax, body }: PublishedBody): string[] {
  const problems: string[] = [];
  if (body.length > LIMITS.published)
    problems.push(
      `The published body of "${slug}" in ${syntax} has ${body.length} characters; at most ${LIMITS.published} are good.`,
    );
  if (body.includes("#{"))
    problems.push(`The published body of "${slug}" in ${syntax} holds "#{", and Octopus would rewrite it.`);
  return problems;
}
