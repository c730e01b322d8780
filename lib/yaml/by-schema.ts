import type * as z from "zod/mini";
import { describeIssue } from "./describe-issue.ts";
import type { DocumentType } from "./parse-yaml.ts";
import type { Problem } from "./problem.ts";

/** A kind of document that a schema tells. */
export interface SchemaType<Schema extends z.ZodMiniType> {
  label: string;
  schema: Schema;
  /** What is wrong with it that a schema cannot say. */
  findContradictions(content: unknown): Problem[];
  /** What a value must be, where the schema's own words do not say it well. */
  describeWanted?(issue: z.core.$ZodIssue): string | undefined;
}

/** Documents as the schema has them. */
export function bySchema<Schema extends z.ZodMiniType>(type: SchemaType<Schema>): DocumentType<z.output<Schema>> {
  return {
    label: type.label,
    read(content) {
      const { data: value, error } = type.schema.safeParse(content);
      const issues = error?.issues.flatMap((issue) => describeIssue(issue, content, type)) ?? [];
      return { value, problems: [...issues, ...type.findContradictions(content)] };
    },
  };
}
