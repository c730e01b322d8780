import { constants, copyFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { StepError } from "../step/errors.ts";
import { makeFolder } from "./make-folder.ts";

/** Where what a step leaves behind is kept. */
export interface OutFolder {
  /**
   * Copies a file there, never over another one.
   * @returns its path, whose name is another where the name was taken
   * @throws {@link StepError} where it cannot be written
   */
  keep(path: string, name: string): string;
  /** Copies anew what was kept: a step may go on writing until it ends. */
  end(): void;
}

/** @throws {@link StepError} for a folder that cannot be made or written to */
export function createOutFolder(directory: string): OutFolder {
  const kept = new Map<string, string>();
  trying(`use "${directory}" as the folder for files`, () => makeFolder(directory));
  return {
    keep(path, name) {
      for (let count = 1; ; count += 1) {
        const target = join(directory, numbered(name, count));
        const isNew = trying(`write "${target}"`, () => copyToFree(path, target));
        if (!isNew) continue;
        kept.set(target, path);
        return target;
      }
    },
    end() {
      for (const [target, path] of kept) trying(`write "${target}"`, () => copyFileSync(path, target));
    },
  };
}

/** `page.html`, then `page (2).html`. */
function numbered(name: string, count: number): string {
  if (count === 1) return name;
  const extension = extname(name);
  return `${basename(name, extension)} (${count})${extension}`;
}

function copyToFree(path: string, target: string): boolean {
  try {
    copyFileSync(path, target, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function trying<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StepError(`Failed to ${doing}: ${reason}. Name another folder with --out.`, { cause: error });
  }
}
