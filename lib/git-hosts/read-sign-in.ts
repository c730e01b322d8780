import { ParameterError } from "../step/errors.ts";
import { getParameterForm } from "../step/parameters.ts";
import { applicationTitles } from "./describe-hosts.ts";
import type { SignIn } from "./host-access.ts";
import { applicationParameters, getHostDefinition, type GitHostId } from "./index.ts";

/** What was given to sign in with, by the names of the parameters. */
export type SignInInput = {
  gitToken: string | undefined;
  /** Absent for the one that the host gives to tokens. */
  gitUsername: string | undefined;
} & { [field in ApplicationField]?: string | undefined };

type ApplicationField = keyof typeof applicationParameters;

/** `"Git Token", or what a GitHub App signs in with`. */
export const waysToSignIn = `"Git Token", or what ${applicationTitles} signs in with`;

/** Whether anything was given to sign in with. */
export function hasSignIn(input: SignInInput): boolean {
  return input.gitToken !== undefined || listGiven(input).length > 0;
}

/**
 * Who we are for the host, of what was given.
 * @returns undefined when nothing was
 * @throws {@link ParameterError} for an application of which something is missing, or that is another host's
 */
export function readSignIn(id: GitHostId, input: SignInInput): SignIn | undefined {
  const given = listGiven(input);
  if (given.length === 0) {
    const { gitToken: token, gitUsername: username } = input;
    return token === undefined ? undefined : { token, username };
  }
  const { title, application } = getHostDefinition(id);
  const wanted = application === undefined ? [] : Object.keys(application.fields);
  const foreign = given.find((field) => !wanted.includes(field));
  if (application === undefined || foreign !== undefined)
    throw new ParameterError(
      `${title} does not sign in by "${labelOf(foreign ?? given[0])}". Leave it empty, or choose the Git host that it belongs to.`,
    );
  if (given.length < wanted.length) {
    const labels = Object.values(application.fields).map((field) => `"${getParameterForm(field).label}"`);
    throw new ParameterError(
      `To sign in as ${application.title} takes ${labels.join(" and ")}. Enter all of them, or none.`,
    );
  }
  return { application: Object.fromEntries(given.map((field) => [field, input[field] ?? ""])) };
}

/** All that was given and is a secret, for pages that must not show it. */
export function listSignInSecrets(input: SignInInput): string[] {
  const fields = listFields().filter((field) => getParameterForm(applicationParameters[field]).control === "Sensitive");
  return [input.gitToken, ...fields.map((field) => input[field])].filter((value) => value !== undefined);
}

function listGiven(input: SignInInput): ApplicationField[] {
  return listFields().filter((field) => input[field] !== undefined);
}

function listFields(): ApplicationField[] {
  return Object.keys(applicationParameters).filter(isField);
}

function isField(name: string): name is ApplicationField {
  return Object.hasOwn(applicationParameters, name);
}

function labelOf(field: ApplicationField | undefined): string {
  return field === undefined ? "" : getParameterForm(applicationParameters[field]).label;
}
