import * as z from "zod/mini";
import type { HttpResponse } from "../http/http-request.ts";
import { isJsonObject, type JsonValue } from "../model/json.ts";
import { UnavailableError } from "../step/errors.ts";
import type { OctopusDocument } from "./octopus-api.ts";

const Document = z.custom<OctopusDocument>((value) => isJsonObject(value) && typeof value["Id"] === "string");
const Page = z.object({ TotalResults: z.number(), Items: z.array(Document) });

const Documents = z.array(Document);

export type Page = z.output<typeof Page>;

/** An empty answer (DELETE, some PUTs) stands for an empty object. */
export function toJson(response: HttpResponse, path: string): JsonValue {
  const text = new TextDecoder().decode(response.content);
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw notOctopus(path);
  }
}

export function toDocument(response: HttpResponse, path: string): OctopusDocument {
  const value = toJson(response, path);
  if (!isJsonObject(value)) throw notOctopus(path);
  return { ...value, Id: typeof value["Id"] === "string" ? value["Id"] : "" };
}

/** One page of a collection. */
export function toPage(response: HttpResponse, path: string): Page {
  const page = Page.safeParse(toJson(response, path));
  if (!page.success) throw notOctopus(path);
  return page.data;
}

/** A collection without pages. */
export function toDocuments(response: HttpResponse, path: string): OctopusDocument[] {
  const documents = Documents.safeParse(toJson(response, path));
  if (!documents.success) throw notOctopus(path);
  return documents.data;
}

function notOctopus(path: string): UnavailableError {
  return new UnavailableError(
    `The answer to ${path} is not what Octopus Server gives. Check that the server URL is that of an Octopus Server and not of a page in front of it.`,
  );
}
