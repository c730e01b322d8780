import { createHash } from "node:crypto";
import { NotFoundError } from "../step/errors.ts";
import type { OctopusSpace } from "./octopus-client.ts";

/** The image that people chose for a project. */
export interface Logo {
  content: Uint8Array;
  /** SHA-256 in hexadecimal. */
  digest: string;
}

/** @returns undefined when the project has none */
export async function findLogo(space: OctopusSpace, projectId: string): Promise<Logo | undefined> {
  const content = await findImage(space, `/projects/${projectId}/logo`);
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

/** @param name - of the file, whose ending says what kind of image it is */
export async function saveLogo(
  space: OctopusSpace,
  projectId: string,
  { name, content }: { name: string; content: Uint8Array },
): Promise<void> {
  await space.upload(`/projects/${projectId}/logo`, { name, content });
}

const signatures: Record<string, string> = { "89504e47": "png", ffd8ff: "jpg", "47494638": "gif", "52494646": "webp" };

/** `logo.png`, by the first bytes; an image that is a text is taken for SVG. */
export function nameLogo({ content }: Pick<Logo, "content">): string {
  const start = Buffer.from(content.subarray(0, 4)).toString("hex");
  const known = Object.entries(signatures).find(([signature]) => start.startsWith(signature));
  return `logo.${known?.[1] ?? "svg"}`;
}
