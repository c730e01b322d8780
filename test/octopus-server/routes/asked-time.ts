import { badRequest, type Call } from "./route.ts";

/** A time that the query asks for, as the API writes times, in which form they compare as texts. @throws a 400 for what is no time */
export function askedTime({ query }: Call, parameter: string): string | undefined {
  const text = query.get(parameter);
  if (text === undefined || text === "") return undefined;
  // Assumed: status and sentence.
  if (Number.isNaN(Date.parse(text))) throw badRequest(`The value '${text}' is not valid for ${parameter}.`);
  return new Date(text).toISOString();
}
