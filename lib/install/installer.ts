import { isSameJson, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import { createInstallationRecord, type InstallationRecord } from "./installation-record.ts";

export interface Change {
  verb: "create" | "update" | "upload" | "publish" | "delete";
  /** The thing in words: `the runbook "__ 1. Serialize Project" of "Hello World"`. */
  what: string;
}

/** Brings one space to a wanted state, or only says what that would take. */
export interface Installer {
  readonly space: OctopusSpace;
  readonly onlyPlan: boolean;
  /** What earlier installations put into runbooks, and what this one does. */
  readonly record: InstallationRecord;
  /** What was done so far, or would be. */
  readonly changes: readonly Change[];
  /** Does `write` unless only planning; notes it either way. @returns undefined when only planning */
  change<T>(change: Change, write: () => Promise<T>): Promise<T | undefined>;
  /** The resource of this name in a collection of the space, made when it is missing and changed where `fields` differ. */
  ensure(wanted: Wanted): Promise<OctopusDocument>;
}

export interface Wanted {
  label: string;
  /** The name of what it belongs to. */
  owner?: string;
  /** Route of the collection, such as `environments`. */
  collection: string;
  name: string;
  /** The whole body, for when it is missing. */
  create: JsonObject;
  /** What must differ from the current document; fields not named stay as they are. */
  update?: (current: OctopusDocument) => JsonObject;
  /** Those to look among; by default all of the collection with that name. */
  among?: OctopusDocument[];
}

/** Stands for the id of what only a real run would make. */
export const idToBe = "(to be made)";

/** @param options.onChange - told about each change as soon as it is made, so that a failure later on does not hide it */
export function createInstaller(
  space: OctopusSpace,
  options: { onlyPlan: boolean; onChange?: ((change: Change) => void) | undefined },
): Installer {
  const changes: Change[] = [];

  async function change<T>(noted: Change, write: () => Promise<T>): Promise<T | undefined> {
    const result = options.onlyPlan ? undefined : await write();
    changes.push(noted);
    options.onChange?.(noted);
    return result;
  }

  async function ensure(wanted: Wanted): Promise<OctopusDocument> {
    const what = `the ${wanted.label} "${wanted.name}"${wanted.owner === undefined ? "" : ` of "${wanted.owner}"`}`;
    const current =
      wanted.among === undefined
        ? await findByName(space, wanted)
        : wanted.among.find((document) => isSameName(textOf(document, "Name"), wanted.name));
    if (current === undefined) {
      const made = await change({ verb: "create", what }, () =>
        space.post(`/${wanted.collection}`, { Name: wanted.name, ...wanted.create }),
      );
      return made ?? { ...wanted.create, Name: wanted.name, Id: idToBe };
    }
    const fields = differing(current, wanted.update?.(current) ?? {});
    if (Object.keys(fields).length === 0) return current;
    const updated = { ...current, ...fields };
    return (
      (await change({ verb: "update", what }, () => space.put(`/${wanted.collection}/${current.Id}`, updated))) ??
      updated
    );
  }

  return { space, onlyPlan: options.onlyPlan, record: createInstallationRecord(space), changes, change, ensure };
}

async function findByName(space: OctopusSpace, wanted: Wanted): Promise<OctopusDocument | undefined> {
  const [found] = await listByExactNames(space, wanted.collection, [wanted.name]);
  return found;
}

function differing(current: JsonObject, wanted: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(wanted).filter(([field, value]) => !isSameJson(current[field], value)));
}
