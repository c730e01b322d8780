import type { Call } from "./route.ts";

/** The first file of a form, as Octopus's clients send an image; or the body as it is. */
export async function readImage({ request }: Call): Promise<Uint8Array> {
  const form = await request
    .clone()
    .formData()
    .catch(() => undefined);
  const file = [...(form?.values() ?? [])].find((value) => typeof value !== "string");
  return new Uint8Array(await (file ?? request).arrayBuffer());
}
