import * as z from "zod/mini";
import { leavable, renamable } from "./sections.ts";

/** What becomes of names and scopes on the way into one space, as a person writes it down. */
export type Mapping = z.infer<typeof MappingSchema>;

export type VariableRule = z.infer<typeof VariableRuleSchema>;

export type Way = z.infer<typeof WaySchema>;

const Name = z.string().check(z.regex(/\S/));
const Names = z.array(Name);

/** The same for each of these keys, all of which may be left out. */
function forEach<T extends z.ZodMiniType>(
  keys: readonly string[],
  value: T,
): z.ZodMiniObject<Record<string, z.ZodMiniOptional<T>>, z.core.$strict> {
  return z.strictObject(Object.fromEntries(keys.map((key) => [key, z.optional(value)])));
}

const Renames = z
  .record(z.string(), Name)
  .check(z.describe("By name, or by a pattern of the whole name: what it is called in the space."));

const Variable = z.strictObject({
  variable: Name.check(z.describe("Name of the variable of the run, such as one of the tenant's.")),
});

const VariableRuleSchema = z.strictObject({
  name: Name.check(z.describe("The variable's name, or a pattern.")),
  of: z.optional(Name.check(z.describe("The project or library variable set that has it. Left out: any."))),
  scope: z.optional(
    forEach(leavable, z.array(z.string())).check(
      z.describe("Only the value that is scoped just so, as far as it is said here; `[]` for not at all."),
    ),
  ),
  value: z.optional(
    z.union([z.string(), Variable]).check(z.describe("What it is in the space: a text, or a variable of the run.")),
  ),
  secret: z.optional(Variable.check(z.describe("The same for a sensitive variable, or to make it one."))),
  keep: z.optional(
    z.boolean().check(z.describe("Whether the value is made once, and is the space's own from then on.")),
  ),
  rename: z.optional(Name.check(z.describe("What the variable is called in the space."))),
});

const WaySchema = z
  .enum([
    "errorUnlessExactMatch",
    "skipUnlessExactMatch",
    "errorUnlessPartialMatch",
    "skipUnlessPartialMatch",
    "ignoreMismatch",
    "ignoreMismatchOnNewLeaveExistingAlone",
  ])
  .check(z.describe("What to do where the space does not have all that something is scoped to."));

const Environments = z.record(z.string(), Names.check(z.minLength(1)));

const renames = forEach(renamable, Renames).shape;

const RenamesSchema = z.object(renames);

/** By section, what its names become. */
export function renamesOf(mapping: Mapping): z.infer<typeof RenamesSchema> {
  return RenamesSchema.parse(mapping);
}

export const MappingSchema = z
  .strictObject({
    leaveOut: z.optional(
      forEach(leavable, Names).check(
        z.describe("What stays behind, by names or patterns, and all that is only for it."),
      ),
    ),
    leaveOutExcept: z.optional(
      forEach(leavable, Names).check(
        z.describe("What comes along, by names or patterns: everything else of the kind stays."),
      ),
    ),
    onlyIn: z.optional(
      z
        .strictObject({ steps: z.optional(Environments), runbooks: z.optional(Environments) })
        .check(z.describe("By name or pattern, the environments in which steps and runbooks run.")),
    ),
    notIn: z.optional(
      z
        .strictObject({ steps: z.optional(Environments) })
        .check(z.describe("By name or pattern, the environments that steps leave out.")),
    ),
    variables: z.optional(z.array(VariableRuleSchema).check(z.describe("The first that fits a variable counts."))),
    scopes: z.optional(
      z
        .union([WaySchema, forEach(leavable, z.union([WaySchema, forEach(leavable, WaySchema)]))])
        .check(z.describe("One way for all; or for what is scoped; or for what is scoped, by what it is scoped to.")),
    ),
    widen: z.optional(
      forEach(leavable, Names).check(z.describe("What may apply everywhere when nothing of its scope is left.")),
    ),
    ...renames,
  })
  .check(
    z.describe(
      "What becomes of a package on its way into one space. All names are those of the package, but for what something is to be called.",
    ),
  );
