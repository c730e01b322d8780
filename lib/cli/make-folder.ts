import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder that can be written to, and those that it lies in, one by one: Node.js's own way to do all that at once
 * does not end everywhere where nobody can make any.
 * @throws {@link Error} of Node.js where it cannot be made, or may not be written to
 */
export function makeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return accessSync(path, constants.W_OK);
  if (found === undefined && dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}
