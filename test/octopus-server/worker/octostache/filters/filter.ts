import type { DotnetCulture } from "../../dotnet/culture.ts";

/**
 * @returns null when the filter cannot work on this, which leaves the token as it is written
 * @throws a {@link DotnetError} where the real one throws, which fails the step
 */
export type Filter = (argument: string | null, options: string[], culture: DotnetCulture) => string | null;

/** For a text alone. */
export function withoutOptions(change: (text: string) => string): Filter {
  return (argument, options) => (argument === null || options.length > 0 ? null : change(argument));
}

/** For a text and one option, to `true` or `false`. */
export function comparing(holds: (text: string, option: string) => boolean): Filter {
  return (argument, options) =>
    argument === null || options.length !== 1 ? null : String(holds(argument, options[0] ?? ""));
}
