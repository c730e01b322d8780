import { createHash } from "node:crypto";
import { fieldsOf, listOf, textOf as fieldText, textsOf as fieldTexts, type Fields } from "../model/fields.ts";
import {
  attributes,
  block,
  blocksOf,
  dictionaryOf,
  flagOf,
  itemsOf,
  textOf,
  textsOf,
  type OclBlock,
  type OclItem,
  type OclValue,
} from "./items.ts";
import { mapPropertyReferences } from "./property-references.ts";
import type { References } from "./references.ts";
import type { StepTemplates } from "./step-templates.ts";

/** What turns the steps of a process into OCL and back. */
export interface ProcessContext {
  references: References;
  templates: StepTemplates;
}

/** One block a step; values that are what a new step has are left out, attributes go by the alphabet (read in files of public repositories). */
export function processToOcl(steps: readonly Fields[], context: ProcessContext): OclItem[] {
  return steps.map((step) => templateUseToOcl(step) ?? stepToOcl(step, context));
}

const useSlug = "Octopus.Action.ProcessTemplate.Reference.Slug";
const useMask = "Octopus.Action.ProcessTemplate.Reference.VersionMask";

/** A step that stands for a process template (docs, platform-hub/templates/process-templates); that nothing else of it is kept is assumed. */
function templateUseToOcl(step: Fields): OclItem | undefined {
  const [action] = listOf(step, "Actions");
  if (action === undefined || fieldText(action, "ActionType") !== "Octopus.ProcessTemplate") return undefined;
  const { [useSlug]: slug, [useMask]: mask, ...parameters } = plainProperties(fieldsOf(action, "Properties"));
  return block(
    "process_template",
    [fieldText(step, "Slug")],
    [
      ...attributes({ name: fieldText(step, "Name"), process_template_slug: slug, version_mask: mask }),
      ...Object.entries(parameters).map(([name, value]) => block("parameter", [name], attributes({ value }))),
    ],
  );
}

function stepToOcl(step: Fields, context: ProcessContext): OclItem {
  return block(
    "step",
    [fieldText(step, "Slug")],
    [
      ...attributes({
        condition: unless(fieldText(step, "Condition"), "Success"),
        name: fieldText(step, "Name"),
        package_requirement: unless(fieldText(step, "PackageRequirement"), "LetOctopusDecide"),
        properties: plainProperties(fieldsOf(step, "Properties")),
        start_trigger: unless(fieldText(step, "StartTrigger"), "StartAfterPrevious"),
      }),
      ...listOf(step, "Actions").map((action) => actionToOcl(action, step, context)),
    ],
  );
}

function actionToOcl(action: Fields, step: Fields, { references, templates }: ProcessContext): OclBlock {
  const own = templates.withoutTemplate(action);
  const slug = fieldText(action, "Slug");
  const isOnly = listOf(step, "Actions").length === 1;
  const toSlugs = (field: string, kind: "environments" | "channels"): string[] =>
    fieldTexts(own, field).map((id) => references.toSlug(kind, id));
  const pool = fieldText(own, "WorkerPoolId");
  return block("action", isOnly && slug === step["Slug"] ? [] : [slug], [
    ...attributes({
      action_type: fieldText(own, "ActionType") || undefined,
      channels: toSlugs("Channels", "channels"),
      condition: unless(fieldText(own, "Condition"), "Success"),
      environments: toSlugs("Environments", "environments"),
      excluded_environments: toSlugs("ExcludedEnvironments", "environments"),
      is_disabled: own["IsDisabled"] === true || undefined,
      is_required: own["IsRequired"] === true || undefined,
      name: unless(fieldText(own, "Name"), fieldText(step, "Name")),
      notes: fieldText(own, "Notes") || undefined,
      properties: mapPropertyReferences(plainProperties(fieldsOf(own, "Properties")), (kind, id) =>
        references.toSlug(kind, id),
      ),
      step_package_version: fieldText(own, "StepPackageVersion") || undefined,
      tenant_tags: fieldTexts(own, "TenantTags"),
      worker_pool: pool === "" ? undefined : references.toSlug("workerpools", pool),
      worker_pool_variable: fieldText(own, "WorkerPoolVariable") || undefined,
    }),
    ...containerToOcl(fieldsOf(own, "Container"), references),
    ...listOf(own, "GitDependencies").map(gitDependencyToOcl),
    ...listOf(own, "Packages").map((reference) => packageToOcl(reference, references)),
  ]);
}

function containerToOcl(container: Fields, references: References): OclBlock[] {
  const feed = fieldText(container, "FeedId");
  const items = attributes({
    dockerfile: fieldText(container, "Dockerfile") || undefined,
    feed: feed === "" ? undefined : references.toSlug("feeds", feed),
    git_url: fieldText(container, "GitUrl") || undefined,
    image: fieldText(container, "Image") || undefined,
  });
  return items.length === 0 ? [] : [block("container", [], items)];
}

function packageToOcl(reference: Fields, references: References): OclBlock {
  const name = fieldText(reference, "Name");
  return block(
    "packages",
    name === "" ? [] : [name],
    attributes({
      acquisition_location: fieldText(reference, "AcquisitionLocation"),
      feed: references.toSlug("feeds", fieldText(reference, "FeedId")),
      package_id: fieldText(reference, "PackageId"),
      properties: plainProperties(fieldsOf(reference, "Properties")),
      step_package_inputs_reference_id: fieldText(reference, "StepPackageInputsReferenceId") || undefined,
      version: fieldText(reference, "Version") || undefined,
    }),
  );
}

/** That the credential keeps its id here is assumed: public files show one, and Octopus's notes on slugs do not list it. */
function gitDependencyToOcl(dependency: Fields): OclBlock {
  const name = fieldText(dependency, "Name");
  return block(
    "git_dependencies",
    name === "" ? [] : [name],
    attributes({
      default_branch: fieldText(dependency, "DefaultBranch"),
      file_path_filters: fieldTexts(dependency, "FilePathFilters"),
      git_credential_id: fieldText(dependency, "GitCredentialId") || undefined,
      git_credential_type: fieldText(dependency, "GitCredentialType") || undefined,
      repository_uri: fieldText(dependency, "RepositoryUri"),
    }),
  );
}

/** Secrets are refused before a process is written; whatever else is no text has no place in the file. */
function plainProperties(properties: Fields): Record<string, string> {
  const entries = Object.entries(properties).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  return Object.fromEntries(entries);
}

function unless(value: string, usual: string): OclValue | undefined {
  return value === "" || value === usual ? undefined : value;
}

/** The steps of a file. Slugs are the ids of steps and actions (assumed), so they stay the same from commit to commit. */
export function processFromOcl(items: readonly OclItem[], context: ProcessContext): Fields[] {
  return items
    .filter((item) => item.kind === "block")
    .flatMap((item, index) => {
      if (item.name === "process_template") return [templateUseFromOcl(item)];
      return item.name === "step" ? [stepFromOcl(item, index, context)] : [];
    });
}

function templateUseFromOcl({ labels, items }: OclBlock): Fields {
  const slug = labels[0] ?? "";
  const name = textOf(items, "name") ?? slug;
  const parameters = blocksOf(items, "parameter").map((one) => [one.labels[0] ?? "", textOf(one.items, "value") ?? ""]);
  const action = {
    Id: slug,
    Name: name,
    Slug: slug,
    ActionType: "Octopus.ProcessTemplate",
    Environments: [],
    ExcludedEnvironments: [],
    Channels: [],
    TenantTags: [],
    Packages: [],
    GitDependencies: [],
    Properties: {
      [useSlug]: textOf(items, "process_template_slug") ?? "",
      [useMask]: textOf(items, "version_mask") ?? "",
      ...Object.fromEntries(parameters),
    },
  };
  const common = { PackageRequirement: "LetOctopusDecide", Condition: "Success", StartTrigger: "StartAfterPrevious" };
  return { Id: slug, Name: name, Slug: slug, ...common, Properties: {}, Actions: [action] };
}

function stepFromOcl(step: OclBlock, index: number, context: ProcessContext): Fields {
  const slug = step.labels[0] ?? "";
  const name = textOf(step.items, "name") ?? slug;
  return {
    Id: slug,
    Name: name,
    Slug: slug,
    PackageRequirement: textOf(step.items, "package_requirement") ?? "LetOctopusDecide",
    Properties: dictionaryOf(step.items, "properties"),
    Condition: textOf(step.items, "condition") ?? "Success",
    Type: "Step",
    StartTrigger: index === 0 ? "StartAfterPrevious" : (textOf(step.items, "start_trigger") ?? "StartAfterPrevious"),
    Actions: blocksOf(step.items, "action").map((action) => actionFromOcl(action, { slug, name }, context)),
  };
}

function actionFromOcl(
  { labels, items }: OclBlock,
  step: { slug: string; name: string },
  { references, templates }: ProcessContext,
): Fields {
  const slug = labels[0] ?? step.slug;
  const where = `step '${step.name}'`;
  const toIds = (name: string, kind: "environments" | "channels"): string[] =>
    textsOf(items, name).map((reference) => references.toId(kind, reference, where));
  const pool = textOf(items, "worker_pool") ?? "";
  const action = {
    Id: slug,
    Name: textOf(items, "name") ?? step.name,
    Slug: slug,
    ActionType: textOf(items, "action_type") ?? "",
    Notes: textOf(items, "notes") ?? null,
    IsDisabled: flagOf(items, "is_disabled"),
    CanBeUsedForProjectVersioning: blocksOf(items, "packages").length > 0,
    IsRequired: flagOf(items, "is_required"),
    WorkerPoolId: pool === "" ? null : references.toId("workerpools", pool, where),
    WorkerPoolVariable: textOf(items, "worker_pool_variable") || null,
    Container: containerFromOcl(itemsOf(items, "container"), references, where),
    Environments: toIds("environments", "environments"),
    ExcludedEnvironments: toIds("excluded_environments", "environments"),
    Channels: toIds("channels", "channels"),
    TenantTags: textsOf(items, "tenant_tags"),
    Packages: blocksOf(items, "packages").map((reference) => packageFromOcl(reference, { slug, references, where })),
    GitDependencies: blocksOf(items, "git_dependencies").map(gitDependencyFromOcl),
    Condition: textOf(items, "condition") ?? "Success",
    Properties: mapPropertyReferences(dictionaryOf(items, "properties"), (kind, reference) =>
      references.toId(kind, reference, where),
    ),
    StepPackageVersion: textOf(items, "step_package_version") ?? null,
    Inputs: null,
    Links: {},
  };
  return templates.withTemplate(action, where);
}

function containerFromOcl(items: readonly OclItem[], references: References, where: string): Fields {
  const feed = textOf(items, "feed") ?? "";
  return {
    Image: textOf(items, "image") ?? null,
    FeedId: feed === "" ? null : references.toId("feeds", feed, where),
    GitUrl: textOf(items, "git_url") ?? null,
    Dockerfile: textOf(items, "dockerfile") ?? null,
  };
}

function packageFromOcl(
  { labels, items }: OclBlock,
  { slug, references, where }: { slug: string; references: References; where: string },
): Fields {
  const name = labels[0] ?? "";
  return {
    Id: idOf(`${slug} package ${name}`),
    Name: name,
    PackageId: textOf(items, "package_id") ?? "",
    FeedId: references.toId("feeds", textOf(items, "feed") ?? "", where),
    Version: textOf(items, "version") ?? null,
    AcquisitionLocation: textOf(items, "acquisition_location") ?? "Server",
    Properties: dictionaryOf(items, "properties"),
    StepPackageInputsReferenceId: textOf(items, "step_package_inputs_reference_id") ?? null,
  };
}

function gitDependencyFromOcl({ labels, items }: OclBlock): Fields {
  return {
    Name: labels[0] ?? "",
    RepositoryUri: textOf(items, "repository_uri") ?? "",
    DefaultBranch: textOf(items, "default_branch") ?? "",
    GitCredentialType: textOf(items, "git_credential_type") ?? "",
    GitCredentialId: textOf(items, "git_credential_id") ?? "",
    FilePathFilters: textsOf(items, "file_path_filters"),
  };
}

/** An id in the form of a UUID that is the same whenever the same thing is read. */
export function idOf(what: string): string {
  const digest = createHash("sha256").update(what).digest("hex");
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ].join("-");
}
