import AdmZip from "adm-zip";

export interface ZipEntry {
  /** With forward slashes; one at its end means a directory. */
  path: string;
  /** The content. @throws {@link ZipError} when it is damaged, or too large to be a part of a package of ours */
  read(): Uint8Array;
}

/** What is wrong with a zip file, as the end of a sentence that begins with "it" or "its". */
export class ZipError extends Error {
  override readonly name = "ZipError";
}

/** Far above any module or manifest; a small file must not become a large one in memory. */
const largestEntry = 64 * 1024 * 1024;

/** A zip file that is the same whenever it is made: entries in the order given, one date. */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const zip = new AdmZip(undefined, { noSort: true });
  for (const [path, content] of files) {
    zip.addFile(path, Buffer.from(content), "", 0o644);
    // The format's first day, in local time, which is what the format stores.
    const entry = zip.getEntry(path);
    if (entry !== null) entry.header.time = new Date(1980, 0, 1);
  }
  return new Uint8Array(zip.toBuffer());
}

/**
 * The entries of a zip file, in its order. Contents are read when asked for.
 * @throws {@link ZipError} when it is no zip file, or only a part of one
 */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  try {
    const entries = new AdmZip(Buffer.from(bytes), { noSort: true }).getEntries();
    return entries.map((entry) => ({ path: entry.entryName, read: () => readEntry(entry) }));
  } catch {
    throw new ZipError("it is no zip file, or only a part of one");
  }
}

/** Whether extracting an entry of that path could write outside of the directory that it is extracted into. */
export function isOutside(path: string): boolean {
  return /^[/\\]|^[A-Za-z]:/.test(path) || path.split(/[/\\]/).includes("..");
}

function readEntry(entry: AdmZip.IZipEntry): Uint8Array {
  try {
    if (entry.header.size <= largestEntry) return new Uint8Array(entry.getData());
  } catch {
    // Said below: the library's own words are about bytes.
  }
  throw new ZipError(`its entry "${entry.entryName}" is damaged`);
}
