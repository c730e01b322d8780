import { ConflictError } from "../step/errors.ts";
import { findFile } from "./compare.ts";
import type { LocalRepository } from "./repository.ts";

export interface Submodule {
  name: string;
  /** As .gitmodules has it: an address, or a way from the repository's own that begins with a dot. */
  url: string;
}

/** The submodules that a commit's .gitmodules names an address for. */
export async function listSubmodules(repository: LocalRepository, commit: string): Promise<Submodule[]> {
  if ((await findFile(repository, commit, { path: ".gitmodules" })) === undefined) return [];
  const file = ["--blob", `${commit}:.gitmodules`, "-z"];
  const { stdout } = await repository.git.ask(["config", ...file, "--get-regexp", String.raw`^submodule\..*\.url$`]);
  return stdout
    .split("\0")
    .filter(Boolean)
    .map((entry) => {
      const [key = "", url = ""] = entry.split("\n");
      return { name: key.replace(/^submodule\./, "").replace(/\.url$/, ""), url };
    });
}

/** Where a submodule is, seen from the address of the repository that has it (git-submodule, "add"). */
export function resolveSubmodule(url: string, repository: string): string {
  if (!/^\.\.?(\/|$)/.test(url)) return url;
  const [base, ...steps] = [repository.replace(/\/+$/, ""), ...url.split("/")];
  const whole = steps.reduce((path, step) => {
    if (step === "." || step === "") return path;
    return step === ".." ? path.replace(/\/[^/]*$/, "") : `${path}/${step}`;
  }, base ?? "");
  return whole.replace(/\.git$/, "");
}

/** The first submodule that would be somewhere else for a copy at the address `to`, in a sentence without its end; undefined where there is none. */
export function describeMovedSubmodule(
  submodules: readonly Submodule[],
  { from, to }: { from: string; to: string },
): string | undefined {
  const moved = submodules.find(({ url }) => resolveSubmodule(url, from) !== resolveSubmodule(url, to));
  if (moved === undefined) return undefined;
  const { name, url } = moved;
  return `The template's submodule "${name}" has the address "${url}", which is one from the repository's own: in the copy it would be at ${resolveSubmodule(url, to)}, and it is at ${resolveSubmodule(url, from)}. Write that address in the template's .gitmodules`;
}

/**
 * Refuses a template some of whose submodules would be somewhere else for a copy at the address `to`, where nothing or something else is. We
 * change no file for it: a commit of ours would stand between the copy and every later version of .gitmodules.
 * @throws {@link ConflictError} that names the submodule
 */
export function refuseMovedSubmodules(submodules: readonly Submodule[], addresses: { from: string; to: string }): void {
  const moved = describeMovedSubmodule(submodules, addresses);
  if (moved !== undefined) throw new ConflictError(`${moved}, or choose an "Owner" for which both are the same.`);
}
