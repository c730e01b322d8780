import * as z from "zod/mini";

/** What every managed space has, as a person writes it down. What is left out is left as it is. */
export type Baseline = z.infer<typeof BaselineSchema>;

const Name = z.string().check(z.regex(/\S/), z.describe("The name in Octopus."));
const Description = z.optional(z.string().check(z.describe("Markdown, shown below the name.")));
const Names = (what: string) => z.optional(z.array(Name).check(z.describe(what)));
const Secret = z.strictObject({
  variable: Name.check(z.describe("Name of the Octopus variable whose value is the secret.")),
});

/** Keys beside `name` are optional: they are set when they are there. */
const RetentionSchema = z
  .union([
    z.enum(["default", "forever"]),
    z.strictObject({
      keep: z.int().check(z.minimum(1), z.describe("How many.")),
      unit: z.enum(["days", "items"]),
    }),
  ])
  .check(z.describe("`default` for what the space says, `forever`, or how many to keep."));

const EnvironmentSchema = z.strictObject({
  name: Name,
  description: Description,
  guidedFailure: z.optional(z.boolean().check(z.describe("Whether a failed step asks a person what to do."))),
  dynamicInfrastructure: z.optional(
    z.boolean().check(z.describe("Whether deployment targets may be made by scripts.")),
  ),
});

const PhaseSchema = z.strictObject({
  name: Name,
  optional: Names("Environments to which people may deploy in this phase."),
  automatic: Names("Environments to which releases go by themselves when the phase begins."),
  minimumEnvironments: z.optional(
    z
      .int()
      .check(
        z.minimum(0),
        z.describe("How many environments have to be deployed to before the next phase; 0 for all."),
      ),
  ),
  isOptional: z.optional(z.boolean().check(z.describe("Whether the phase may be skipped."))),
  isPriority: z.optional(
    z.boolean().check(z.describe("Whether deployments in this phase go ahead of others in the queue.")),
  ),
  releaseRetention: z.optional(RetentionSchema),
  tentacleRetention: z.optional(RetentionSchema),
});

const LifecycleSchema = z.strictObject({
  name: Name,
  description: Description,
  phases: z.optional(z.array(PhaseSchema)),
  releaseRetention: z.optional(RetentionSchema),
  tentacleRetention: z.optional(RetentionSchema),
});

const GitCredentialSchema = z.strictObject({
  name: Name,
  description: Description,
  username: z.string(),
  password: Secret.check(z.describe("A password or token.")),
  repositories: Names("Repositories that it may be used for, as patterns. Left out: all."),
});

const DockerFeedSchema = z.strictObject({
  name: Name,
  url: z.string().check(z.regex(/^https?:\/\//), z.describe("Address of the registry.")),
  apiVersion: z.optional(z.enum(["v1", "v2"])),
  registryPath: z.optional(z.string().check(z.describe("Path in front of the names of images."))),
  username: z.optional(z.string()),
  password: z.optional(Secret),
});

const ProjectGroupSchema = z.strictObject({ name: Name, description: Description });

const VariableSchema = z.strictObject({
  name: Name,
  value: z.optional(z.string()),
  secret: z.optional(Secret.check(z.describe("Instead of `value`, for a sensitive variable."))),
  description: Description,
  environments: Names("Environments in which it has this value. Left out: all."),
  roles: Names("Target tags for which it has this value. Left out: all."),
});

const TemplateSchema = z.strictObject({
  name: Name,
  label: z.optional(z.string()),
  help: z.optional(z.string().check(z.describe("Markdown."))),
  type: z.optional(z.enum(["SingleLineText", "MultiLineText", "Sensitive", "Checkbox", "Select"])),
  options: z.optional(z.record(z.string(), z.string()).check(z.describe("Choices of a Select: value to text."))),
  default: z.optional(
    z
      .union([z.string(), Secret])
      .check(z.describe("A text; for a Sensitive template, the variable whose value it is.")),
  ),
});

const LibraryVariableSetSchema = z.strictObject({
  name: Name,
  description: Description,
  variables: z.optional(z.array(VariableSchema)),
  templates: z.optional(
    z.array(TemplateSchema).check(z.describe("Variables for which every tenant has a value of its own.")),
  ),
});

export const BaselineSchema = z
  .strictObject({
    name: z.optional(Name.check(z.describe("Tells this baseline from others that fill the same spaces."))),
    environments: z.optional(z.array(EnvironmentSchema).check(z.describe("In the order in which new ones are shown."))),
    lifecycles: z.optional(z.array(LifecycleSchema)),
    gitCredentials: z.optional(z.array(GitCredentialSchema)),
    dockerFeeds: z.optional(z.array(DockerFeedSchema)),
    projectGroups: z.optional(z.array(ProjectGroupSchema)),
    libraryVariableSets: z.optional(z.array(LibraryVariableSetSchema)),
  })
  .check(
    z.describe(
      "What every managed space has. Resources are added and updated, never deleted; what is left out stays as it is.",
    ),
  );
