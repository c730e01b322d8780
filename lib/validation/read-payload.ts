import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { ParameterError } from "../step/errors.ts";

/** What a webhook or a job of a host's CI tells of a push or a pull request. */
export interface Payload {
  /** An address, or the owner and the name with a slash between. */
  repository: string | undefined;
  branch: string | undefined;
  number: number | undefined;
  /** The commit that was the newest then. */
  commit: string | undefined;
}

/** Where the payloads of hosts have it, the first place that has anything; our own jobs say it by the first name of each. */
const places = {
  repository: [
    "repository",
    "repository.clone_url",
    "project.git_http_url",
    "repository.full_name",
    "resource.repository.remoteUrl",
  ],
  number: ["pullRequest", "pull_request.number", "pullrequest.id", "pullRequest.id", "resource.pullRequestId"],
  mergeRequest: ["object_attributes.iid"],
  branch: ["branch", "ref", "push.changes.0.new.name", "changes.0.refId", "resource.refUpdates.0.name"],
  commit: ["commit", "pull_request.head.sha", "after", "object_attributes.last_commit.id"],
} as const;

/**
 * Reads what a run was started with, as our jobs and the webhooks of hosts send it.
 * @throws {@link ParameterError} for what is no JSON object
 */
export function readPayload(text: string): Payload {
  const document = parse(text);
  const isMergeRequest = document["object_kind"] === "merge_request";
  const number = find(document, [...places.number, ...(isMergeRequest ? places.mergeRequest : [])]);
  const parsed = number === undefined ? undefined : Number(number);
  const isNumber = parsed !== undefined && Number.isSafeInteger(parsed) && parsed > 0;
  return {
    repository: find(document, places.repository),
    branch: isNumber ? undefined : find(document, places.branch)?.replace(/^refs\/heads\//, ""),
    number: isNumber ? parsed : undefined,
    commit: find(document, places.commit),
  };
}

function parse(text: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isJsonObject(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw new ParameterError(
    'The "Payload" is no JSON object. Leave it blank to validate all open pull requests, or give what the Git host sent.',
  );
}

function find(document: JsonObject, paths: readonly string[]): string | undefined {
  return paths.flatMap((path) => toText(walk(document, path.split("."))) ?? [])[0];
}

function walk(value: JsonValue | undefined, [name, ...rest]: readonly string[]): JsonValue | undefined {
  if (name === undefined) return value;
  if (Array.isArray(value)) return walk(value[Number(name)], rest);
  return isJsonObject(value) ? walk(value[name], rest) : undefined;
}

function toText(value: JsonValue | undefined): string | undefined {
  return typeof value === "number" ? String(value) : typeof value === "string" && value !== "" ? value : undefined;
}
