import { textOf, textsOf } from "../../model/json.ts";
import { findNearNames } from "../../near-names.ts";
import type { OctopusDocument, OctopusSpace } from "../../octopus/octopus-client.ts";
import { isSameName } from "../../octopus/same-name.ts";
import { NotFoundError, ParameterError } from "../../step/errors.ts";

/** What people say of the runbook that many tenants are to run. */
export interface RunbookWish {
  /** Its name; or several, of which a project has one. */
  names: readonly string[];
  /** What the names have in common: the server looks for that. */
  part: string;
  /** What the project may be called whose runbook it is, the name that people gave first; none for any. */
  projects: readonly string[];
  environment: string | undefined;
}

/** A runbook, whose it is, and where it runs. */
export interface ChosenRunbook {
  runbook: OctopusDocument;
  project: OctopusDocument;
  environment: OctopusDocument;
}

/** @throws {@link NotFoundError} that offers near names, {@link ParameterError} where what was said fits several, or none that is for tenants */
export async function chooseRunbook(space: OctopusSpace, wish: RunbookWish): Promise<ChosenRunbook> {
  const { runbook, project } = await findRunbook(space, wish);
  if (textOf(runbook, "MultiTenancyMode") === "Untenanted")
    throw new ParameterError(
      `The runbook "${textOf(runbook, "Name")}" of "${textOf(project, "Name")}" runs without a tenant, so not for many of them either. Run it in Octopus.`,
    );
  return { runbook, project, environment: await chooseEnvironment(space, runbook, wish) };
}

async function findRunbook(
  space: OctopusSpace,
  { names, part, projects: wanted }: RunbookWish,
): Promise<{ runbook: OctopusDocument; project: OctopusDocument }> {
  const [runbooks, projects] = await Promise.all([
    space.list("/runbooks", { partialName: part }),
    space.list("/projects"),
  ]);
  const named = runbooks.filter((one) => names.some((name) => isSameName(textOf(one, "Name"), name)));
  const owned = named.flatMap((runbook) => {
    const project = projects.find(({ Id }) => Id === textOf(runbook, "ProjectId"));
    return project === undefined ? [] : [{ runbook, project }];
  });
  if (owned.length === 0) throw await noRunbook(space, names);
  const fitting =
    wanted.length === 0
      ? owned
      : owned.filter(({ project }) => wanted.some((name) => isSameName(textOf(project, "Name"), name)));
  const [first] = fitting;
  if (first === undefined) throw noProject(space, { wanted, owned, projects });
  if (fitting.length === 1) return first;
  throw new ParameterError(
    `${fitting.length} projects of the space "${space.name}" have that runbook: ${quoteNames(fitting.map(({ project }) => project))}. Say whose by --project <name>.`,
  );
}

async function noRunbook(space: OctopusSpace, names: readonly string[]): Promise<NotFoundError> {
  const all = [...new Set((await space.list("/runbooks")).map((one) => textOf(one, "Name")))];
  const [name = ""] = names;
  return new NotFoundError(
    `No project of the space "${space.name}" has a runbook ${names.map((one) => `"${one}"`).join(" or ")}.${findNearNames(name, all)} A project gets the management runbooks by managed-spaces install --project <name>; of one in Git, whose runbooks are there, too, none can be run from here.`,
  );
}

interface Owned {
  runbook: OctopusDocument;
  project: OctopusDocument;
}

function noProject(
  space: OctopusSpace,
  { wanted, owned, projects }: { wanted: readonly string[]; owned: Owned[]; projects: OctopusDocument[] },
): NotFoundError {
  const [name = ""] = wanted;
  const having = owned.map(({ project }) => project);
  if (projects.some((one) => isSameName(textOf(one, "Name"), name)))
    return new NotFoundError(
      `The project "${name}" of the space "${space.name}" has no such runbook; these have: ${quoteNames(having)}. A template gets its runbooks by managed-spaces install --project <name>.`,
    );
  const names = [...having, ...projects].map((one) => textOf(one, "Name"));
  // What companions are called besides is no part of what people look for.
  const near = findNearNames(name, [...names, ...names.map((one) => one.replace(/^__ (Space )?/, ""))]);
  return new NotFoundError(`There is no project "${name}" in the space "${space.name}".${near}`);
}

/** The only one where the runbook runs; Sync, where it runs in several and nobody says which. */
async function chooseEnvironment(
  space: OctopusSpace,
  runbook: OctopusDocument,
  { environment: wanted }: RunbookWish,
): Promise<OctopusDocument> {
  const all = await space.list("/environments");
  const own = new Set(textsOf(runbook, "Environments"));
  const allowed = textOf(runbook, "EnvironmentScope") === "Specified" ? all.filter(({ Id }) => own.has(Id)) : all;
  const named = (name: string): OctopusDocument | undefined =>
    allowed.find((one) => isSameName(textOf(one, "Name"), name));
  if (wanted !== undefined) {
    const found = named(wanted);
    if (found !== undefined) return found;
    const near = findNearNames(
      wanted,
      allowed.map((one) => textOf(one, "Name")),
    );
    throw new NotFoundError(
      `The runbook "${textOf(runbook, "Name")}" does not run in an environment "${wanted}" of the space "${space.name}".${near}`,
    );
  }
  const [only, ...others] = allowed;
  const found = others.length === 0 ? only : named("Sync");
  if (found !== undefined) return found;
  throw new ParameterError(
    `The runbook "${textOf(runbook, "Name")}" runs in ${allowed.length === 0 ? "no environment" : `several environments: ${quoteNames(allowed)}`}. Say in which by --environment <name>.`,
  );
}

function quoteNames(documents: readonly OctopusDocument[]): string {
  return documents.map((one) => `"${textOf(one, "Name")}"`).join(", ");
}
