import { badRequest, type Call } from "./route.ts";

/** A time that the query asks for, in milliseconds. @throws a 400 for what is no time */
export function askedTime({ query }: Call, parameter: string): number | undefined {
  const text = query.get(parameter);
  if (text === undefined || text === "") return undefined;
  const time = Date.parse(text);
  // Assumed: status and sentence.
  if (Number.isNaN(time)) throw badRequest(`The value '${text}' is not valid for ${parameter}.`);
  return time;
}
