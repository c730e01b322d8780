import AdmZip from "adm-zip";

/** A zip file with these texts in it. */
export function buildZip(files: Record<string, string>): Uint8Array {
  const zip = new AdmZip();
  for (const [name, text] of Object.entries(files)) zip.addFile(name, Buffer.from(text));
  return zip.toBuffer();
}
