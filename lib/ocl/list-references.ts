import { describeUser } from "./describe-user.ts";
import { readOcl, type OclAttribute, type OclBlock, type OclFile, type OclItem, type OclText } from "./read-ocl.ts";
import { isProperties, readAttribute, textsOf, walkOcl } from "./walk-ocl.ts";

/** Something that a file names, and that its space has to have. */
export interface OclReference {
  /** Id of a resource kind, or `tag` for `Set/Tag`. */
  kind: string;
  /** Or what else names it: an id, or the tag's name. */
  slug: string;
  /** For sentences: `the step "deploy" in deployment_process.ocl`. */
  usedBy: string;
}

/**
 * What a file of a project needs in its space by the slug: environments, feeds, worker pools, accounts, certificates, deployment targets,
 * teams, projects and tenant tags. Not the project's own channels and runbooks, nor texts with a variable in them.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function listOclReferences(source: string, fileName: string): OclReference[] {
  return findReferences(readOcl(source, fileName))
    .filter(({ kind }) => kind !== "channel")
    .flatMap(({ usedBy, ...reference }) =>
      listSlugs(reference).map((slug) => ({ kind: reference.kind, slug, usedBy })),
    );
}

/** A text that names one thing, or several with commas between, or the package that a step template asks for. */
export interface FoundReference {
  kind: string;
  text: OclText;
  form: "one" | "commas" | "package";
  usedBy: string;
}

/** All that a file names by a slug, in its order; the channels of its own project, too. */
export function findReferences({ items, fileName }: OclFile): FoundReference[] {
  const found: FoundReference[] = [];
  walkOcl(items, (item, above) => {
    const here = item.kind === "block" ? findInLabels(item, above) : findInAttribute(item, above);
    if (here.length === 0) return;
    const usedBy = describeUser(above, fileName);
    for (const one of here) found.push({ ...one, usedBy });
  });
  return found;
}

/**
 * Calls for each slug that a text has; what has a variable in it stays, as does all around the slugs.
 * @returns the text with what it gave instead
 */
export function replaceSlugs(
  { text: { value }, form }: Pick<FoundReference, "text" | "form">,
  replace: (slug: string) => string,
): string {
  if (form === "package") return value.replace(feedId, (_, before: string, slug: string) => before + replace(slug));
  if (form === "one") return value === "" || hasVariable(value) ? value : replace(value);
  return value.replaceAll(part, (whole) => {
    const slug = whole.trim();
    return slug === "" || hasVariable(slug) ? whole : whole.replace(slug, () => replace(slug));
  });
}

function listSlugs(reference: Pick<FoundReference, "text" | "form">): string[] {
  const slugs: string[] = [];
  replaceSlugs(reference, (slug) => {
    slugs.push(slug);
    return slug;
  });
  return slugs;
}

/** Of a list with commas: a comma in a variable's expression is none of it. */
const part = /(?:#\{[^}]*\}?|[^,])+/g;
const feedId = /("FeedId"\s*:\s*")([^"\\#]+)(?=")/;
/** In two parts: Octopus would replace the whole in a script body. */
const tokenStart = ["#", "{"].join("");

function hasVariable(text: string): boolean {
  return text.includes(tokenStart);
}

/** Attributes of steps, runbooks and values of variables (Octopus's list of slugs: docs, config-as-code-reference and ocl-file-format). */
const attributeKinds: Readonly<Record<string, string>> = {
  channel: "channel",
  channels: "channel",
  environments: "environment",
  excluded_environments: "environment",
  environment: "environment",
  worker_pool: "workerPool",
  feed: "feed",
  machine: "machine",
  tenant_tag: "tag",
  tenant_tags: "tag",
};

/**
 * Properties of steps that hold slugs, lists separated by commas: all that Octopus translates ("Names And Ids" in
 * https://github.com/OctopusDeploy/Architecture). Names of properties are the same in either case.
 */
const propertyKinds: Readonly<Record<string, string>> = {
  "octopus.action.package.feedid": "feed",
  "octopus.action.package.nugetfeedid": "feed",
  "octopus.action.deployrelease.projectid": "project",
  "octopus.action.azure.accountid": "account",
  "octopus.action.email.toteamids": "team",
  "octopus.action.email.ccteamids": "team",
  "octopus.action.email.bccteamids": "team",
  "octopus.action.manual.responsibleteamids": "team",
};

/** What the value of a variable of such a type is the slug of, a certificate's the id. */
const typeKinds: Readonly<Record<string, string>> = {
  AmazonWebServicesAccount: "account",
  AzureAccount: "account",
  GoogleCloudAccount: "account",
  UsernamePasswordAccount: "account",
  GenericOidcAccount: "account",
  Certificate: "certificate",
  WorkerPool: "workerPool",
};

type Found = Omit<FoundReference, "usedBy">;

/** A variable's values are labels, `value "hosted" {}`. */
function findInLabels({ name, labels, items }: OclBlock, above: readonly OclBlock[]): Found[] {
  return above[0]?.name === "variable" && name === "value" ? ofKind(findType(items, above), labels) : [];
}

function findInAttribute(item: OclAttribute, above: readonly OclBlock[]): Found[] {
  if (isProperties(item)) return item.value.entries.flatMap(({ key, value }) => textsOf(value).flatMap(findIn(key)));
  const isValue = above[0]?.name === "variable" && item.name === "value";
  return ofKind(isValue ? findType([], above) : attributeKinds[item.name], textsOf(item.value));
}

/** A type stands with the value, or with the variable for all of them. */
function findType(items: readonly OclItem[], above: readonly OclBlock[]): string | undefined {
  const scopes = [items, ...above.toReversed().map((block) => block.items)];
  return typeKinds[scopes.map((scope) => readAttribute(scope, "type")).find((type) => type !== "") ?? ""];
}

function ofKind(kind: string | undefined, texts: readonly OclText[]): Found[] {
  return kind === undefined ? [] : texts.map((text) => ({ kind, text, form: "one" }));
}

/** A step template's package is a property, too, whose feed goes by its slug: read in files of public repositories. */
function findIn(key: string): (text: OclText) => Found[] {
  const kind = propertyKinds[key.toLowerCase()];
  return (text) => {
    if (kind !== undefined) return [{ kind, text, form: "commas" }];
    return text.value.startsWith('{"PackageId":') && feedId.test(text.value)
      ? [{ kind: "feed", text, form: "package" }]
      : [];
  };
}
