import type { Resource } from "../model/collection.ts";
import { notFound, type Answer, type Call } from "./route.ts";

/** The image that somebody uploaded for a document. */
export function showImage({ model }: Call, { Id }: Pick<Resource, "Id">): Answer {
  const image = model.blobs.get(`logo-${Id}`);
  if (image === undefined) throw notFound();
  return { contentType: "image/png", body: image };
}

/** Keeps what is uploaded as the document's image. */
export async function keepImage(call: Call, { Id }: Resource): Promise<Answer> {
  call.model.blobs.set(`logo-${Id}`, await readImage(call));
  return { body: {} };
}

/** The first file of a form, as Octopus's clients send an image; or the body as it is. */
async function readImage({ request }: Call): Promise<Uint8Array> {
  const form = await request
    .clone()
    .formData()
    .catch(() => undefined);
  const file = [...(form?.values() ?? [])].find((value) => typeof value !== "string");
  return new Uint8Array(await (file ?? request).arrayBuffer());
}
