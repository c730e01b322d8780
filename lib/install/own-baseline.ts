import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { packageIdOf } from "../octopus/package-id.ts";
import { managedTenantSignIn, toSignInParameters } from "../octopus/sign-in-variables.ts";
import { templateOf } from "./client-space.ts";
import type { WantedStep } from "./process-steps.ts";
import { readInstalledForm } from "./read-installed-form.ts";
import { nameCompanion, templateProjectNames } from "./runbook-names.ts";

/** What one template needs in a space and others do not, as somebody gives it. */
export interface OwnBaseline {
  /** YAML. */
  text: string;
  /** For sentences: the file that has it. */
  file: string;
}

const property = "SerializeProject.OwnBaseline";

/** Serialize Project puts it into the package. */
export function toSaidOwnBaseline(own: OwnBaseline | undefined): Pick<WantedStep, "said"> {
  return own === undefined ? {} : { said: { [property]: own.text } };
}

/** @returns the one that a template has by now; undefined for none */
export async function readOwnBaseline(space: OctopusSpace, project: string): Promise<string | undefined> {
  const projects = [project, nameCompanion(project)];
  const text = await readInstalledForm(space, { projects, runbook: templateProjectNames.serialize, property });
  return text === undefined || text.trim() === "" ? undefined : text;
}

/** What is to be done now, and what somebody loses, one sentence each. @param before - what the template had */
export function describeOwnBaseline(
  own: OwnBaseline | undefined,
  before: string | undefined,
  project: string,
): string[] {
  if (own === undefined || own.text === before) return [];
  const lost =
    before === undefined
      ? []
      : [
          `"${own.file}" takes the place of the own baseline that the step "Serialize Project" of "${project}" had; Octopus's audit trail shows what that said.`,
        ];
  return [...lost, `Run "${templateProjectNames.serialize}" of "${project}": its next package has the own baseline.`];
}

interface PopulatingOptions {
  /** The template's. */
  name: string;
  templates: Record<string, OctopusDocument>;
  builtInFeedId: string;
  ownBaseline?: OwnBaseline | undefined;
  spaceId: string;
}

/** Brings the template's own baseline out of its package, before what needs it is deployed. */
export function populateForProject(options: PopulatingOptions): WantedStep {
  const { name, templates, builtInFeedId, ownBaseline, spaceId } = options;
  const chosen = { packageId: packageIdOf(name), feedId: builtInFeedId };
  return {
    name: "Populate for This Project",
    ...templateOf(templates, "populate-space"),
    properties: {
      ...toSignInParameters("PopulateSpace.", managedTenantSignIn),
      "PopulateSpace.SpaceId": spaceId,
      "PopulateSpace.ReceiptKey": "#{ManagedSpaces.Receipt.Key}",
      "PopulateSpace.Package": JSON.stringify({ PackageId: chosen.packageId, FeedId: chosen.feedId }),
      "PopulateSpace.PackageWithoutBaseline": "doNothing",
    },
    packages: { "PopulateSpace.Package": chosen },
    extra: { isAskedFor: ownBaseline !== undefined },
  };
}
