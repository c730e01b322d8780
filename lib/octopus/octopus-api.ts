import type { JsonObject, JsonValue } from "../model/json.ts";

/** A resource as the API gives it. */
export interface OctopusDocument extends JsonObject {
  Id: string;
}

export type Query = Record<string, string | number | boolean | string[] | undefined>;

/** The verbs of the API at one address: paths are relative to it and begin with a slash. */
export interface OctopusApi {
  get(path: string, query?: Query): Promise<OctopusDocument>;
  /** @returns undefined when the server answers 404 */
  find(path: string, query?: Query): Promise<OctopusDocument | undefined>;
  /** Every item of a paged collection, in the server's order. */
  list(path: string, query?: Query): Promise<OctopusDocument[]>;
  /** Every item of a collection that the API gives without pages. */
  listWhole(path: string, query?: Query): Promise<OctopusDocument[]>;
  /** For answers that are no resource. */
  getJson(path: string, query?: Query): Promise<JsonValue>;
  /**
   * In a space the body need not say which.
   * @param timeLimit - milliseconds, for what takes the server longer than other requests do
   */
  post(path: string, body: JsonObject, query?: Query, timeLimit?: number): Promise<OctopusDocument>;
  /** A POST that says all by its address, and does no harm when it arrives twice. */
  act(path: string): Promise<void>;
  /** @param body - may be the document as it was answered, with changes: what a PUT does not take is left out */
  put(path: string, body: JsonObject, query?: Query): Promise<OctopusDocument>;
  remove(path: string): Promise<void>;
  download(path: string): Promise<Uint8Array>;
  upload(path: string, file: { name: string; content: Uint8Array }, query?: Query): Promise<OctopusDocument>;
}
