import { isFields, propertyOf, type Fields } from "../model/fields.ts";
import { badRequest } from "./route.ts";

/**
 * Reads a request body into the declared fields: names case-insensitively, unknown ones ignored, absent or null ones take their
 * default (a PUT replaces in full). The type of a default decides what is accepted; a default of null accepts anything.
 * @throws a 400 when a value has another type
 */
export function bindFields(body: unknown, declared: Fields): Fields {
  const sent = requireBody(body);
  return Object.fromEntries(
    Object.entries(declared).map(([name, fallback]) => [name, bindValue(propertyOf(sent, name), fallback, name)]),
  );
}

/** @throws a 400 when there is no JSON object (assumed) */
export function requireBody(body: unknown): Fields {
  if (!isFields(body)) throw badRequest("The request body must be a JSON object.");
  return body;
}

function bindValue(sent: unknown, fallback: unknown, name: string): unknown {
  if (sent === undefined || sent === null) return structuredClone(fallback);
  if (fallback === null || fallback === undefined) return sent;
  // Source: the Terraform provider sends "" for the choices that a runbook's configuration leaves out, and expects the server's own.
  if (sent === "" && typeof fallback === "string") return fallback;
  const bound = convert(sent, fallback);
  if (bound === undefined) throw badRequest(`The value of ${name} is not valid.`);
  return bound;
}

/** As Newtonsoft's serializer binds (assumed): numbers and booleans may come as text and the other way round. */
function convert(sent: unknown, fallback: unknown): unknown {
  if (Array.isArray(fallback)) return Array.isArray(sent) ? sent : undefined;
  if (typeof fallback === "object") return isFields(sent) ? sent : undefined;
  if (typeof fallback === "string") return typeof sent === "object" ? undefined : String(sent);
  if (typeof fallback === "number") return toNumber(sent);
  return toBoolean(sent);
}

function toNumber(sent: unknown): number | undefined {
  if (typeof sent === "number") return sent;
  return typeof sent === "string" && /^-?\d+$/.test(sent) ? Number(sent) : undefined;
}

function toBoolean(sent: unknown): boolean | undefined {
  if (typeof sent === "boolean") return sent;
  if (typeof sent !== "string") return undefined;
  if (sent.toLowerCase() === "true") return true;
  return sent.toLowerCase() === "false" ? false : undefined;
}
