import { isUtf8 } from "node:buffer";
import type { LocalRepository } from "./repository.ts";

/** What a file says, and whether it would have the same bytes if it were written back. */
export interface BlobText {
  text: string;
  /** Of bytes that are no UTF-8 the text has a replacement character for each. */
  isUtf8: boolean;
}

export async function readBlobText({ git }: LocalRepository, object: string): Promise<BlobText> {
  const bytes = Buffer.from(await git.run(["cat-file", "blob", object], { encoding: "latin1" }), "latin1");
  return { text: bytes.toString(), isUtf8: isUtf8(bytes) };
}
