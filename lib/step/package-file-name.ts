import { basename } from "node:path";

/**
 * Id and version of a package by its file's name, as Octopus reads it: the version is the longest end that is one, of two to four numbers
 * and what may follow them (`PackageIdentity` in Octopus.Versioning, which Calamari and the built-in feed use).
 * @param path - of a file `<id>.<version>.zip`, or a folder that is called so without the ending
 * @returns undefined for a name that tells no version
 */
export function parsePackageFileName(path: string): { id: string; version: string } | undefined {
  const name = basename(path).replace(/\.zip$/i, "");
  const [, id, version] = /^(.+?)\.(\d+(?:\.\d+){1,3}(?:-[\w.-]+)?(?:\+[\w.-]+)?)$/.exec(name) ?? [];
  return id === undefined || version === undefined ? undefined : { id, version };
}

/** What a package that tells no version counts as having: one that is neither older nor newer than any. */
export const noVersion = "0.0.0";
