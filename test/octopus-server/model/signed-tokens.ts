import {
  constants,
  createPublicKey,
  createVerify,
  generateKeyPairSync,
  sign,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { isFields, numberOf, textsOf, type Fields } from "./fields.ts";

/** PS256 for access tokens (docs, octopus-rest-api/openid-connect); RS256 for those of runs, since clouds take no other (assumed). */
export type Algorithm = "RS256" | "PS256";

/** Signs JSON Web Tokens (RFC 7519) with the key of one server. */
export interface TokenSigner {
  sign(claims: Fields, algorithm?: Algorithm): string;
  /** The public half, as a set of keys (RFC 7517). */
  keys(): Fields[];
}

/** The key is made when the first token is: most servers here never sign one. */
export function createTokenSigner(keyId: string): TokenSigner {
  let made: { publicKey: KeyObject; privateKey: KeyObject } | undefined;
  const pair = (): { publicKey: KeyObject; privateKey: KeyObject } => {
    made ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
    return made;
  };
  return {
    sign(claims, alg = "RS256") {
      const content = [{ alg, typ: "JWT", kid: keyId }, claims].map(encode).join(".");
      const key = { key: pair().privateKey, padding: paddings[alg] };
      return `${content}.${sign("sha256", Buffer.from(content), key).toString("base64url")}`;
    },
    keys: () => [{ ...pair().publicKey.export({ format: "jwk" }), kid: keyId, use: "sig" }],
  };
}

const paddings = { RS256: constants.RSA_PKCS1_PADDING, PS256: constants.RSA_PKCS1_PSS_PADDING } as const;

/** What a token claims, whoever signed it; undefined when it is none. */
export function readClaims(token: string): Fields | undefined {
  return decode(token.split(".")[1] ?? "");
}

/** Whether one of the keys signed the token. */
export function isSignedBy(token: string, keys: readonly Fields[]): boolean {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const { alg, kid } = decode(header) ?? {};
  if (alg !== "RS256") return false;
  return keys
    .filter((key) => key["kid"] === kid)
    .some((key) => verify(`${header}.${claims}`, { key, signature: Buffer.from(signature, "base64url") }));
}

export function listAudiences(claims: Fields): string[] {
  return typeof claims["aud"] === "string" ? [claims["aud"]] : textsOf(claims, "aud");
}

/** Seconds since 1970. */
export function toEpoch(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

export function isExpired(claims: Fields, now: Date): boolean {
  return numberOf(claims, "exp") <= toEpoch(now);
}

function verify(content: string, { key, signature }: { key: JsonWebKey; signature: Buffer }): boolean {
  try {
    const publicKey = createPublicKey({ key, format: "jwk" });
    return createVerify("sha256").update(content).verify(publicKey, signature);
  } catch {
    return false;
  }
}

function encode(part: Fields): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

function decode(part: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
