import * as z from "zod/mini";
import type { HttpResponse } from "../http/http-request.ts";
import { isJsonObject, type JsonValue } from "../model/json.ts";
import { NotAllowedError, UnavailableError } from "../step/errors.ts";
import type { OctopusDocument } from "./octopus-api.ts";

const Document = z.custom<OctopusDocument>((value) => isJsonObject(value) && typeof value["Id"] === "string");
const Page = z.object({ TotalResults: z.number(), Items: z.array(Document) });

const Documents = z.array(Document);

export type Page = z.output<typeof Page>;

/** What was answered, and to what: for sentences about answers that are none. */
export interface Answered {
  /** The address of the server. */
  server: string;
  /** Method and path. */
  request: string;
  response: HttpResponse;
}

/** An empty answer (DELETE, some PUTs) stands for an empty object. */
export function toJson(answered: Answered): JsonValue {
  const text = decode(answered.response);
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw notOctopus(answered);
  }
}

export function toDocument(answered: Answered): OctopusDocument {
  const value = toJson(answered);
  if (!isJsonObject(value)) throw notOctopus(answered);
  return { ...value, Id: typeof value["Id"] === "string" ? value["Id"] : "" };
}

/** One page of a collection. */
export function toPage(answered: Answered): Page {
  const page = Page.safeParse(toJson(answered));
  if (!page.success) throw notOctopus(answered);
  return page.data;
}

/** A collection without pages. */
export function toDocuments(answered: Answered): OctopusDocument[] {
  const documents = Documents.safeParse(toJson(answered));
  if (!documents.success) throw notOctopus(answered);
  return documents.data;
}

/** What the answer is where no Octopus Server gives such: a web page, or a text. */
export function findForeign(response: HttpResponse): string | undefined {
  const text = decode(response).trim();
  if (text === "" || /^[[{"]/.test(text)) return undefined;
  if (!text.startsWith("<")) return response.status === 200 || response.status === 404 ? "a text" : undefined;
  const title = /<title[^>]*>\s*([^<]{1,80})/i.exec(text)?.[1]?.trim();
  return title === undefined ? "a web page" : `a web page, "${title}"`;
}

/** Whoever answers, it is not an Octopus Server. */
export function notOctopus({ server, request, response }: Answered): UnavailableError | NotAllowedError {
  const { status } = response;
  const what = findForeign(response) ?? "JSON of something else";
  return new (status === 401 || status === 403 ? NotAllowedError : UnavailableError)(
    `What answers at ${server} is no Octopus Server: to ${request} it gave ${what} (${status}). Check the server URL, and whether a sign-in page, a proxy or a firewall stands between this worker and Octopus.`,
  );
}

function decode({ content }: HttpResponse): string {
  return new TextDecoder().decode(content);
}
