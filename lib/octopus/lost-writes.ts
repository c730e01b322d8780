import { isJsonObject, isSameJson, type JsonObject, type JsonValue } from "../model/json.ts";
import { LostAnswerError, NotFoundError, StepError } from "../step/errors.ts";
import type { OctopusApi, OctopusDocument, Query } from "./octopus-api.ts";
import { isSameName } from "./same-name.ts";

// A write whose answer was lost may have arrived. The server is asked, and it is sent again where it did not.

/** So often a write is sent. */
const attempts = 3;

export interface SureWrite {
  method: "POST" | "PUT";
  path: string;
  body: JsonObject;
  query?: Query | undefined;
  timeLimit?: number | undefined;
}

interface Server extends Pick<OctopusApi, "find" | "list"> {
  write(wanted: SureWrite): Promise<OctopusDocument>;
}

/**
 * Sends a write until its answer comes, or the server tells that it has what was written. What makes something is not sent again where
 * the server might have it.
 * @throws {@link LostAnswerError} where the server does not tell, either
 */
export async function writeSurely(wanted: SureWrite, server: Server): Promise<OctopusDocument> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await server.write(wanted);
    } catch (error) {
      if (!(error instanceof LostAnswerError) || attempt >= attempts) throw error;
      const outcome = await look(wanted, server, error);
      if (outcome !== "absent") return outcome;
    }
  }
}

/** Sends what does no harm when it arrives twice, until its answer comes. */
export async function sendSurely<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof LostAnswerError) || attempt >= attempts) throw error;
    }
  }
}

/** Sends a DELETE until its answer comes: what an attempt before took away is not there any more. */
export async function removeSurely(remove: () => Promise<unknown>): Promise<void> {
  let isSent = false;
  await sendSurely(async () => {
    try {
      await remove();
    } catch (error) {
      if (!isSent || !(error instanceof NotFoundError)) throw error;
    } finally {
      isSent = true;
    }
  });
}

async function look(wanted: SureWrite, server: Server, lost: LostAnswerError): Promise<OctopusDocument | "absent"> {
  try {
    return await (wanted.method === "PUT" ? lookForChange(wanted, server) : lookForNew(wanted, server, lost));
  } catch (error) {
    // Nor does it tell now: what is known is that the write was lost.
    throw error instanceof StepError ? lost : error;
  }
}

/** The same once more does no harm: a document that has a version is refused then, if somebody wrote it meanwhile. */
async function lookForChange({ path, body, query }: SureWrite, { find }: Server): Promise<OctopusDocument | "absent"> {
  const now = await find(path, query);
  if (now === undefined || now["Version"] === body["Version"]) {
    if (now === undefined || body["Version"] !== undefined || !has(now, body)) return "absent";
    return hidesSecret(body) ? "absent" : now;
  }
  return has(now, body) ? now : "absent";
}

/** Told by its name, which the server gives to one alone: a run, or anything else without a name, is never sent twice. */
async function lookForNew(
  { path, body }: SureWrite,
  { list }: Server,
  lost: LostAnswerError,
): Promise<OctopusDocument | "absent"> {
  const { Name: name } = body;
  if (typeof name !== "string") throw lost;
  const named = (await list(path, { partialName: name })).filter((one) => isCalled(one, name) && isBeside(one, body));
  const [only, ...more] = named;
  if (only === undefined) return "absent";
  if (more.length > 0 || !has(only, body)) throw lost;
  return only;
}

function isCalled({ Name }: OctopusDocument, name: string): boolean {
  return typeof Name === "string" && isSameName(Name, name);
}

/** Whether it has the same owner: the collection may hold those of all projects. */
function isBeside(one: OctopusDocument, body: JsonObject): boolean {
  return ["ProjectId", "RunbookId"].every((field) => body[field] === undefined || one[field] === body[field]);
}

/** Whether all that was sent is in what is there, but for what a server makes by itself, and never shows. */
function has(there: JsonValue | undefined, sent: JsonValue): boolean {
  if (sent === null || sent === "") return true;
  if (Array.isArray(sent))
    return Array.isArray(there) && there.length === sent.length && sent.every((one, index) => has(there[index], one));
  if (!isJsonObject(sent)) return isSameJson(there ?? null, sent);
  if (!isJsonObject(there)) return Object.keys(sent).length === 0;
  return Object.entries(sent).every(
    ([field, value]) => value === undefined || isServers(field) || isSecret(sent, field) || has(there[field], value),
  );
}

function isServers(field: string): boolean {
  return ["Id", "Version", "Links", "Slug", "LastModifiedOn", "LastModifiedBy"].includes(field);
}

function isSecret(sent: JsonObject, field: string): boolean {
  if (field === "NewValue" || field === "HasValue") return true;
  return field === "Value" && (sent["IsSensitive"] === true || sent["Type"] === "Sensitive");
}

/** What a document without a version says of a secret tells nothing: the same once more. */
function hidesSecret(sent: JsonValue): boolean {
  if (Array.isArray(sent)) return sent.some(hidesSecret);
  if (!isJsonObject(sent)) return false;
  return Object.entries(sent).some(
    ([field, value]) =>
      (isSecret(sent, field) && typeof value === "string") || (value !== undefined && hidesSecret(value)),
  );
}
