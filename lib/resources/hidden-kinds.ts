import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { NotAllowedError, UnknownUserError } from "../step/errors.ts";
import type { ResourceKind } from "./resource-kind.ts";

/** A kind of which the user may see nothing: its name, with the permission in brackets as far as the server told it; undefined for other failures. */
export function describeHidden({ label }: ResourceKind, error: unknown): string | undefined {
  if (!(error instanceof NotAllowedError) || error instanceof UnknownUserError) return undefined;
  const [, permission] = /Missing permission: (\w+)/.exec(error.message) ?? [];
  return permission === undefined ? label : `${label} (${permission})`;
}

/** All of them at once. @param advice - what to do: a sentence */
export function refuseHidden(space: OctopusSpace, hidden: readonly string[], advice: string): NotAllowedError {
  return new NotAllowedError(
    `The user of the API key may not see resources of these kinds in the space "${space.name}": ${hidden.join(", ")}. ${advice}`,
  );
}

/**
 * Reads kinds side by side, before anything is written.
 * @throws {@link NotAllowedError} for kinds that the user may not see, all of them at once
 */
export async function readKinds(
  space: OctopusSpace,
  kinds: Iterable<ResourceKind>,
  read: (kind: ResourceKind) => Promise<unknown>,
): Promise<void> {
  const hidden = new Map<string, unknown>();
  await Promise.all(
    [...kinds].map(async (kind) => {
      try {
        await read(kind);
      } catch (error) {
        const told = describeHidden(kind, error);
        if (told === undefined) throw error;
        hidden.set(told, error);
      }
    }),
  );
  const [[told, error] = ["", undefined], ...more] = hidden;
  // Where the server told the permission, it said what to do, too.
  if (more.length === 0 && told.endsWith(")")) throw error;
  const advice = "Nothing was written. Let the user view them, and run the step again.";
  if (hidden.size > 0) throw refuseHidden(space, [...hidden.keys()].toSorted(), advice);
}
