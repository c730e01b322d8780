import { textOf } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { listReceipts } from "../receipts/receipts.ts";
import { askedNameOf, isOfTemplate, nameReceipt, type Receipt } from "../receipts/receipt.ts";
import { ConflictError } from "../step/errors.ts";
import type { FindOwnProjectOptions } from "./find-own-project.ts";

export interface OwnReceipt {
  receiptName: string;
  receipt: Receipt | undefined;
  /** The project that the receipt tells, where it is still there. */
  project: OctopusDocument | undefined;
}

/**
 * The receipt of the copy: by the name that the copy is to have, as it was asked for or as people call it or, as copies and templates
 * are renamed, the one that the space has of the template.
 * @throws {@link ConflictError} when it has several, and none is called so
 */
export async function findOwnReceipt(options: FindOwnProjectOptions): Promise<OwnReceipt> {
  const { receipts, projectName, manifest, isAnother, space } = options;
  const { project, space: source } = manifest.source;
  const template = { packageId: manifest.package.id, projectId: project.id, spaceId: source.id };
  const all = listReceipts(receipts);
  const own = all.filter(({ receipt }) => isOfTemplate(receipt, template));
  const asked = own.find(({ name, receipt }) => isSameName(askedNameOf(receipt, name), projectName));
  const receiptName = nameReceipt(template.packageId, projectName);
  const exact = asked ?? all.find(({ name }) => name === receiptName);
  if (exact !== undefined) return withProject(options, exact);

  const copies = await Promise.all(own.map((one) => withProject(options, one)));
  const present = isAnother ? [] : copies.filter((copy) => copy.project !== undefined);
  const called = present.find(({ project: copy }) => isSameName(textOf(copy ?? {}, "Name"), projectName));
  if (called !== undefined) return called;
  // One that people deleted is still the copy, whatever the template is called by now.
  const [only = isAnother ? undefined : copies[0], ...more] = present;
  if (more.length > 0)
    throw new ConflictError(
      `The space "${space.name}" has several copies of "${project.name}", and none is called "${projectName}": ${present.map((copy) => `"${textOf(copy.project ?? {}, "Name")}"`).join(", ")}. Enter the name of one of them as "Project Name" and rename it in Octopus, or choose "Make Another Copy".`,
    );
  return only ?? { receiptName, receipt: undefined, project: undefined };
}

async function withProject(
  { space }: FindOwnProjectOptions,
  { name, receipt }: { name: string; receipt: Receipt },
): Promise<OwnReceipt> {
  const project = receipt.project === undefined ? undefined : await space.find(`/projects/${receipt.project}`);
  return { receiptName: name, receipt, project };
}
