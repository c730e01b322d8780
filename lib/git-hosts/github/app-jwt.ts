import { createPrivateKey, sign, type KeyObject } from "node:crypto";
import { ParameterError } from "../../step/errors.ts";

/** A JSON Web Token that proves the app's key for nine minutes (GitHub documentation, "Generating a JSON Web Token for a GitHub App"). */
export function createAppJwt(applicationId: string, key: KeyObject, { now }: { now: Date }): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  // A minute back, against clocks that differ.
  const content = `${encode({ alg: "RS256", typ: "JWT" })}.${encode({ iat: seconds - 60, exp: seconds + 540, iss: applicationId })}`;
  return `${content}.${sign("RSA-SHA256", Buffer.from(content), key).toString("base64url")}`;
}

/** The key that GitHub gave for the app, also with its line breaks written as `\n`. */
export function readPrivateKey(text: string): KeyObject {
  try {
    return createPrivateKey(text.replaceAll("\\n", "\n").trim());
  } catch {
    // Without its cause: that may quote the key.
    throw new ParameterError(
      "The private key of the GitHub App is no private key in PEM form. Enter the whole file that GitHub gave, from BEGIN to END.",
    );
  }
}
