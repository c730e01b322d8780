import { isWhiteSpace } from "../../dotnet/characters.ts";
import { DotnetError } from "../../dotnet/errors.ts";
import type { Filter } from "./filter.ts";

export const versionFilters: Record<string, Filter> = {
  versionmajor: numberOf("major"),
  versionminor: numberOf("minor"),
  versionpatch: numberOf("patch"),
  versionrevision: numberOf("revision"),
  versionprerelease: textOf("prerelease"),
  versionprereleaseprefix: textOf("prefix"),
  versionprereleasecounter: textOf("counter"),
  versionmetadata: textOf("metadata"),
};

function numberOf(part: string): Filter {
  return (argument) => (argument === null ? null : String(Number(readVersion(argument)[part] ?? 0)));
}

function textOf(part: string): Filter {
  return (argument) => (argument === null ? null : (readVersion(argument)[part] ?? ""));
}

const space = "[\\t-\\r\\x85\\p{Z}]*";
const number = (name: string): string => `${space}(?<${name}>\\p{Nd}+)${space}`;
const pattern = new RegExp(
  `^${space}(?:${space}[vV]?${number("major")}(?:\\.${number("minor")})?(?:\\.${number("patch")})?(?:\\.${number("revision")})?)?` +
    "[.\\-_\\\\]?(?<prerelease>(?<prefix>[A-Za-z0-9]*?)(?:[.\\-_\\\\](?<counter>[A-Za-z0-9.\\-_\\\\]*?)?)?)?" +
    `(?:\\+(?<metadata>[A-Za-z0-9_\\-.\\\\+]*?))?${space}$`,
  "u",
);

/**
 * Octopus reads almost everything as a version (Octopus.Versioning: OctopusVersionParser): missing numbers are 0, what follows them is the
 * prerelease.
 */
function readVersion(text: string): Record<string, string | undefined> {
  const groups = [...text].every(isWhiteSpace) ? undefined : pattern.exec(text)?.groups;
  if (groups === undefined) throw new DotnetError("ArgumentException", `"${text}" is no version.`);
  for (const part of ["major", "minor", "patch", "revision"]) {
    const value = groups[part] ?? "0";
    if (!/^[0-9]+$/.test(value)) throw new DotnetError("FormatException", `"${text}" is no version.`);
    if (Number(value) > 2_147_483_647)
      throw new DotnetError("OverflowException", `A number of "${text}" is too large.`);
  }
  return groups;
}
