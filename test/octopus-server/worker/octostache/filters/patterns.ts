import { createReplacer, compilePattern } from "../../dotnet/regular-expression.ts";
import { comparing, type Filter } from "./filter.ts";

export const patternFilters: Record<string, Filter> = {
  match: comparing((text, pattern) => compilePattern(pattern).expression.test(text)),
  replace(argument, options) {
    const [pattern, replacement = ""] = options;
    if (argument === null || pattern === undefined) return null;
    const compiled = compilePattern(pattern);
    return argument.replace(compiled.expression, createReplacer(compiled, replacement));
  },
};
