import AdmZip from "adm-zip";

/** A zip file that is the same whenever and wherever it is made. */
export function renderZip(files: Readonly<Record<string, string>>): Buffer {
  const zip = new AdmZip();
  for (const [name, text] of Object.entries(files)) {
    const entry = zip.addFile(name, Buffer.from(text, "utf8"), "", 0o644);
    // The first moment that the format can tell, in the local time that it is made of.
    entry.header.time = new Date(1980, 0, 1);
  }
  return zip.toBuffer();
}
