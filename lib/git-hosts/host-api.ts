import * as z from "zod/mini";
import type { AnswerHeaders, HttpRequest } from "../http/http-request.ts";
import type { StepError } from "../step/errors.ts";

/** An answer of 300 or above: for a host to explain, but for those that point elsewhere. */
export interface Refusal {
  status: number;
  headers: AnswerHeaders;
  /** What the host said, all of it in one line; may be "". */
  message: string;
  request: string;
}

export type Query = Record<string, string | number>;

export interface HostRequest<T extends z.ZodMiniType> {
  method?: HttpRequest["method"];
  /** Begins with a slash; its parts are encoded already. */
  path: string;
  /** Whose repositories it is about; some hosts have a token for each owner. */
  owner: string;
  query?: Query;
  body?: Record<string, unknown> | readonly unknown[];
  schema: T;
}

export interface ListRequest<T extends z.ZodMiniType> extends HostRequest<T> {
  /** The status by which the host says that there is nothing to list. */
  emptyStatus?: number;
}

/** The REST API of a host, as JSON that has been checked. */
export interface HostApi {
  send<T extends z.ZodMiniType>(request: HostRequest<T>): Promise<z.output<T>>;
  /** @returns undefined when the host answers 404 */
  find<T extends z.ZodMiniType>(request: HostRequest<T>): Promise<z.output<T> | undefined>;
  /** @returns the headers as well, and the refusal in place of throwing, for those that have a meaning */
  attempt<T extends z.ZodMiniType>(request: HostRequest<T>): Promise<Attempt<z.output<T>>>;
  /** Every item, page by page. */
  list<T extends z.ZodMiniType>(request: ListRequest<T>): AsyncGenerator<z.output<T>>;
  explain(refusal: Refusal): StepError;
}

export type Attempt<T> = { value: T; headers: AnswerHeaders } | { refusal: Refusal };

/** For answers whose content does not matter. */
export const Anything = z.unknown();
