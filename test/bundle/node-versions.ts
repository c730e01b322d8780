import { existsSync } from "node:fs";
import { join } from "node:path";

/** The versions of Node.js that people's workers have; of each, the newest or the oldest that will do. */
export const nodeVersions = ["node-20", "node-22", "node-24", "node-26"];

/** The program, as `npm test` installs it; undefined where it did not, or there is none for this platform. */
export function findNode(name: string): string | undefined {
  const binary = join(import.meta.dirname, "nodes/node_modules", name, "bin/node");
  return existsSync(binary) ? binary : undefined;
}
