import type { Resource } from "../model/collection.ts";
import type { OctopusModel } from "../model/model.ts";
import type { Availability } from "../model/server-version.ts";

/**
 * One thing that the server answers. `path` is written as in Octopus's own API documentation; a `{space}` segment right after
 * `/api` also answers at `/api/spaces/{id}/…` and, for the default space, without it. Segments match case-insensitively. With `since`
 * or `until` only servers of those versions have it.
 */
export interface Route extends Availability {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  /** Answers callers without an API key too. */
  anonymous?: boolean;
  /** What the caller must be allowed to do somewhere in the space (of a path without a space: in the system). Administrators may all. */
  permission?: string;
  /** The body is content to keep as it is, whatever type it says it has; the route reads it from `request`. */
  rawBody?: boolean;
  /** Where this or its refusals are known from, when it is not the generated API documentation. */
  source?: string;
  handle(call: Call): Answer | Promise<Answer>;
}

/** Routes that came to servers together. */
export function since(line: string, routes: readonly Route[]): Route[] {
  return routes.map((route) => ({ since: line, ...route }));
}

/** What a route may look at. */
export interface Call {
  model: OctopusModel;
  /** The space of a `{space}` route. */
  space: Resource;
  /** Who calls; an anonymous caller has the id "". */
  user: Resource;
  params: Record<string, string>;
  query: Query;
  /** The JSON body with its property names as sent; undefined when there is none. */
  body: unknown;
  request: Request;
  /** The server acts by itself, as a trigger or a lifecycle tells it. */
  isAutomatic?: boolean;
}

/** Query parameters, names case-insensitive; a list may come repeated or separated by commas. */
export interface Query {
  get(name: string): string | undefined;
  list(name: string): string[] | undefined;
  /** @throws a 400 when it is not a whole number of at least 0 */
  number(name: string): number | undefined;
}

export interface Answer {
  status?: number;
  /** Sent as JSON, without secrets; a string or bytes with `contentType` go out as they are. */
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
}

/** Thrown by a route to refuse; the router turns it into the API's error body. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: string[] | undefined;
  /** @param errors - the reasons of a 400; a 404 must have none, or Octopus's Go client loses the status */
  constructor(status: number, message: string, errors?: string[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

/** Somebody else was faster. With which status a server says so is a part of how it misbehaves. */
export class StaleData extends Refusal {
  constructor(sentence: string) {
    super(409, sentence, [sentence]);
  }
}

/** The sentence that the real server uses (read in the Terraform provider's tests). */
export function notFound(): Refusal {
  return new Refusal(
    404,
    "Resource is not found or it doesn't exist in the current space context. Please contact your administrator for more information.",
  );
}

/** Known from the docs' pages on permissions for the name, and from users' reports for the sentence. */
export function forbidden(permission: string): Refusal {
  return new Refusal(
    403,
    `You do not have permission to perform this action. Please contact your Octopus administrator. Missing permission: ${permission}`,
  );
}

/** A validation failure: `There was a problem with your request.` with its reasons. */
export function badRequest(...errors: string[]): Refusal {
  return new Refusal(400, "There was a problem with your request.", errors);
}
