export interface Armor {
  /** What stands behind BEGIN, such as `OPENSSH PRIVATE KEY`. */
  label: string;
  bytes: Buffer;
  /** Whether it says of itself that a passphrase protects it, as old PEM files do. */
  isEncrypted: boolean;
}

/**
 * The bytes of a key between its BEGIN and END, whatever a form made of its line breaks: `\n` in letters, or blanks.
 * @returns undefined when there are no such lines, or something else than Base64 between them
 */
export function readArmor(text: string): Armor | undefined {
  const [, label, inner] = /-----BEGIN ([A-Z ]+)-----([^]*?)-----END \1-----/.exec(text.replaceAll("\\n", "\n")) ?? [];
  if (label === undefined || inner === undefined) return undefined;
  const body = inner
    .replace(/^[\w-]+: .*$/gm, "")
    // The checksum of OpenPGP. What it would find, the reader of the packets finds as well.
    .replace(/\s=[\w+/]{4}\s*$/, "")
    .replace(/\s+/g, "");
  if (!/^[\w+/]+={0,2}$/.test(body) || body.includes("_")) return undefined;
  const isEncrypted = label.startsWith("ENCRYPTED") || /^Proc-Type: .*ENCRYPTED/m.test(inner);
  return { label, bytes: Buffer.from(body, "base64"), isEncrypted };
}

/** The bytes in lines between BEGIN and END. @param checksum - a line of its own, as OpenPGP has it */
export function renderArmor(label: string, bytes: Buffer, checksum?: string): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  const all = checksum === undefined ? lines : ["", ...lines, checksum];
  return [`-----BEGIN ${label}-----`, ...all, `-----END ${label}-----`, ""].join("\n");
}
