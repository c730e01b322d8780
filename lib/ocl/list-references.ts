import { readOcl, type OclText } from "./read-ocl.ts";

/** Something that a file names by its slug, and that its space has to have. */
export interface OclReference {
  /** Id of a resource kind, or `tag` for `Set/Tag`. */
  kind: string;
  slug: string;
  /** For sentences: `the step "deploy" in deployment_process.ocl`. */
  usedBy: string;
}

/**
 * What a file of a project needs in its space: environments, feeds, worker pools, accounts, certificates, deployment targets, teams,
 * projects and tenant tags. Not the project's own channels and runbooks, nor texts with a variable in them.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function listOclReferences(source: string, fileName: string): OclReference[] {
  const texts = readOcl(source, fileName);
  const types = new Map(
    texts.flatMap(({ path, blocks, value }) => (path.at(-1) === "type" ? [[blocks.at(-1) ?? 0, value]] : [])),
  );
  return texts.flatMap((text) => {
    const kind = kindOf(text, types);
    if (kind === undefined) return [];
    return splitValues(text)
      .filter((slug) => slug !== "" && !slug.includes(tokenStart))
      .map((slug) => ({ kind, slug, usedBy: describeUser(text, fileName) }));
  });
}

/** In two parts: Octopus would replace the whole in a script body. */
const tokenStart = ["#", "{"].join("");

/** Attributes of steps, runbooks and values of variables (Octopus's list of names and ids in version control). */
const attributeKinds: Readonly<Record<string, string>> = {
  environments: "environment",
  excluded_environments: "environment",
  environment: "environment",
  worker_pool: "workerPool",
  feed: "feed",
  machine: "machine",
  tenant_tag: "tag",
  tenant_tags: "tag",
};

/** Properties of steps that hold slugs, lists separated by commas. */
const propertyKinds: Readonly<Record<string, string>> = {
  "Octopus.Action.Package.FeedId": "feed",
  "Octopus.Action.Package.NuGetFeedId": "feed",
  "Octopus.Action.DeployRelease.ProjectId": "project",
  "Octopus.Action.Azure.AccountId": "account",
  "Octopus.Action.Email.ToTeamIds": "team",
  "Octopus.Action.Email.CCTeamIds": "team",
  "Octopus.Action.Email.BccTeamIds": "team",
  "Octopus.Action.Manual.ResponsibleTeamIds": "team",
};

/** What the value of a variable of such a type is the slug of. */
const typeKinds: Readonly<Record<string, string>> = {
  AmazonWebServicesAccount: "account",
  AzureAccount: "account",
  GoogleCloudAccount: "account",
  UsernamePasswordAccount: "account",
  GenericOidcAccount: "account",
  Certificate: "certificate",
  WorkerPool: "workerPool",
};

/** @param types - by number of the block, the type of the variable or value that it is */
function kindOf({ path, blocks, isLabel }: OclText, types: ReadonlyMap<number, string>): string | undefined {
  const name = path.at(-1) ?? "";
  if (path[0] === "variable" && name === "value") {
    const type = blocks.toReversed().flatMap((block) => types.get(block) ?? [])[0];
    return typeKinds[type ?? ""];
  }
  if (isLabel) return undefined;
  return path.at(-2) === "properties" ? propertyKinds[name] : attributeKinds[name];
}

function splitValues({ path, value }: OclText): string[] {
  return path.at(-2) === "properties" ? value.split(",").map((part) => part.trim()) : [value];
}

function describeUser({ path }: OclText, fileName: string): string {
  const [noun = "", name] = path;
  const labels: Record<string, string> = { step: "step", process: "process", variable: "variable" };
  const label = labels[noun];
  if (noun === "process") return `${describeStep(path.slice(1))}${fileName}`;
  return label === undefined || name === undefined ? fileName : `the ${label} "${name}" in ${fileName}`;
}

function describeStep([noun, name]: string[]): string {
  return noun === "step" && name !== undefined ? `the step "${name}" in ` : "";
}
