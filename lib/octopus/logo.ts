import { createHash } from "node:crypto";
import { NotFoundError } from "../step/errors.ts";
import type { OctopusSpace } from "./octopus-client.ts";

/** The image that people chose for something, such as a project. */
export interface Logo {
  content: Uint8Array;
  /** SHA-256 in hexadecimal. */
  digest: string;
}

/** As much as Octopus itself would take from somebody's browser is far less; a package that every run brings to a worker should stay small. */
export const largestLogo = 1_000_000;

/** @returns undefined when there is none at that address, such as `/projects/Projects-1/logo` */
export async function findLogo(space: OctopusSpace, path: string): Promise<Logo | undefined> {
  const content = await findImage(space, path);
  return content && { content, digest: createHash("sha256").update(content).digest("hex") };
}

/** @returns undefined when there is none at that address */
export async function findImage(space: OctopusSpace, path: string): Promise<Uint8Array | undefined> {
  try {
    return await space.download(path);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

const signatures: Record<string, string> = { "89504e47": "png", ffd8ff: "jpg", "47494638": "gif", "52494646": "webp" };

/** `logo.png`, by the first bytes; an image that is a text is taken for SVG. */
export function nameLogo({ content }: Pick<Logo, "content">): string {
  const start = Buffer.from(content.subarray(0, 4)).toString("hex");
  const known = Object.entries(signatures).find(([signature]) => start.startsWith(signature));
  return `logo.${known?.[1] ?? "svg"}`;
}
