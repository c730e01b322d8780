import { createHash } from "node:crypto";
import { toLower } from "../../dotnet/characters.ts";
import { DotnetError } from "../../dotnet/errors.ts";
import { parseInt32 } from "../../dotnet/parse-number.ts";
import { decodeBase64 } from "./base64.ts";
import type { Filter } from "./filter.ts";

export const hashFilters: Record<string, Filter> = Object.fromEntries(
  ["md5", "sha1", "sha256", "sha384", "sha512"].map((algorithm) => [algorithm, hash(algorithm)]),
);

/** Options in any order: how many bytes of the digest to give, and what the text is (`utf8`, `unicode` or `base64`). */
function hash(algorithm: string): Filter {
  return (argument, options) => {
    if (argument === null || options.length > 2) return null;
    const sizes = options.flatMap((option) => toSize(option) ?? []);
    const encodings = options.filter((option) => toSize(option) === undefined);
    if (sizes.length > 1 || encodings.length > 1) return null;
    const bytes = toBytes(argument, toLower(encodings[0] ?? "utf8"));
    if (bytes === undefined) return null;
    const digest = createHash(algorithm).update(bytes).digest("hex");
    return sizes[0] === undefined ? digest : digest.slice(0, sizes[0] * 2);
  };
}

function toSize(option: string): number | undefined {
  const size = parseInt32(option);
  return size !== undefined && size > 0 ? size : undefined;
}

function toBytes(text: string, encoding: string): Buffer | undefined {
  if (encoding === "utf8" || encoding === "utf-8") return Buffer.from(text);
  if (encoding === "unicode") return Buffer.from(text, "utf16le");
  if (encoding !== "base64") return undefined;
  try {
    return decodeBase64(text);
  } catch (error) {
    if (error instanceof DotnetError) return undefined;
    throw error;
  }
}
