import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createVariableDictionary, DotnetError, RecursiveVariableError } from "../worker/octostache.ts";

/**
 * What Octopus's own library made of templates (OctopusDeploy/Octostache at 5a08233, with .NET Framework's numbers and dates). One that
 * gives nothing has no value; what is missing is as the library tells it.
 */
const Case = z.object({
  topic: z.string(),
  template: z.string(),
  variables: z.record(z.string(), z.string()).optional(),
  lenient: z.boolean().optional(),
  gives: z.string().nullable().optional(),
  missing: z.string().optional(),
  isInvalid: z.boolean().optional(),
  isTruthy: z.boolean().optional(),
  throws: z.string().optional(),
});
type Case = z.infer<typeof Case>;

const lines = readFileSync(new URL("octostache-cases.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");
const cases = lines.map((line) => Case.parse(JSON.parse(line)));

function evaluate({ topic, template, variables = {}, lenient = false, isTruthy }: Case): Partial<Case> {
  const culture = topic === "in German" ? "de-DE" : "invariant";
  const dictionary = createVariableDictionary(Object.entries(variables), { culture });
  try {
    if (isTruthy !== undefined) return { isTruthy: dictionary.isTruthy(template) };
    const { text, missing, isInvalid, isNull } = dictionary.evaluate(template, { lenient });
    return {
      gives: isNull ? null : text,
      ...(missing.length === 0 ? {} : { missing: missing.map((token) => `'${token}'`).join(", ") }),
      ...(isInvalid ? { isInvalid } : {}),
    };
  } catch (error) {
    if (error instanceof RecursiveVariableError) return { throws: "RecursiveDefinitionException" };
    if (error instanceof DotnetError) return { throws: error.type };
    throw error;
  }
}

describe.each([...new Set(cases.map(({ topic }) => topic))])("as the real library has %s", (topic) => {
  test.each(cases.filter((one) => one.topic === topic))("$template with $variables", (one) => {
    const { topic: _topic, template: _template, variables: _variables, lenient: _lenient, ...expected } = one;
    expect(evaluate(one)).toEqual(expected);
  });
});
