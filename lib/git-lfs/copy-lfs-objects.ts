import { createHash } from "node:crypto";
import { Transform, type TransformCallback } from "node:stream";
import type { StepLog } from "../step/define-step.ts";
import { NotAllowedError, StepError, UnavailableError } from "../step/errors.ts";
import type { LfsAnswer, LfsServer } from "./lfs-server.ts";
import type { LfsObject } from "./pointer.ts";

export interface CopyLfsOptions {
  from: LfsServer;
  to: LfsServer;
  log: Pick<StepLog, "progress">;
}

export interface CopiedLfs {
  copied: LfsObject[];
  /** What was there before. */
  present: LfsObject[];
  /** What the source does not have, either: nobody can check these out there. */
  missing: LfsObject[];
}

/** The most that is asked for at once: GitHub takes no more, and Git LFS itself keeps to it. */
const batchSize = 100;

/** How many are on their way at the same time. */
const atATime = 4;

const rounds = 3;

/**
 * Brings large files from one server to another, each from connection to connection and nothing of it on the disk. What is there is not
 * sent, so that the next run goes on where one ended.
 * @throws {@link NotAllowedError} when a server refuses them, {@link UnavailableError} when some do not arrive in several attempts
 */
export async function copyLfsObjects(objects: readonly LfsObject[], options: CopyLfsOptions): Promise<CopiedLfs> {
  const all: CopiedLfs = { copied: [], present: [], missing: [] };
  for (let at = 0; at < objects.length; at += batchSize) {
    await copyBatch(objects.slice(at, at + batchSize), options, all);
    const done = Math.min(at + batchSize, objects.length);
    options.log.progress((100 * done) / objects.length, `${done} of ${objects.length} large files are there`);
  }
  return all;
}

async function copyBatch(objects: readonly LfsObject[], options: CopyLfsOptions, all: CopiedLfs): Promise<void> {
  let open = objects;
  for (let round = 1; open.length > 0; round += 1) {
    const failed: LfsObject[] = [];
    const problems: StepError[] = [];
    // Asked again in each round, since what a server answers is good for some minutes.
    const targets = toMap(await options.to.ask("upload", open));
    const wanted = open.filter(({ oid }) => isWanted(targets.get(oid), options.to));
    all.present.push(...open.filter((object) => !wanted.includes(object)));
    const sources = toMap(wanted.length === 0 ? [] : await options.from.ask("download", wanted));
    for (let at = 0; at < wanted.length; at += atATime)
      await Promise.all(
        wanted.slice(at, at + atATime).map(async (object) => {
          const [source, target] = [sources.get(object.oid), targets.get(object.oid)];
          if (isMissing(source)) return void all.missing.push(object);
          try {
            await copyOne(object, options, { source, target });
            all.copied.push(object);
          } catch (error) {
            if (!(error instanceof UnavailableError)) throw error;
            problems.push(error);
            failed.push(object);
          }
        }),
      );
    const [problem] = problems;
    if (problem !== undefined && round === rounds) throw problem;
    open = failed;
  }
}

function toMap(answers: readonly LfsAnswer[]): ReadonlyMap<string, LfsAnswer> {
  return new Map(answers.map((answer) => [answer.oid, answer]));
}

/** @throws {@link NotAllowedError} for what the server does not take */
function isWanted(answer: LfsAnswer | undefined, { url }: LfsServer): boolean {
  if (answer?.error !== undefined)
    throw new NotAllowedError(
      `Git LFS at ${new URL(url).origin} does not take the file ${answer.oid}: ${answer.error.message ?? answer.error.code}. Check how large its files may be, and its quota.`,
    );
  return answer?.actions?.upload !== undefined;
}

function isMissing(answer: LfsAnswer | undefined): boolean {
  return answer?.error !== undefined && [404, 410].includes(answer.error.code);
}

async function copyOne(
  object: LfsObject,
  { from, to }: CopyLfsOptions,
  { source, target }: { source: LfsAnswer | undefined; target: LfsAnswer | undefined },
): Promise<void> {
  const [download, upload, verify] = [source?.actions?.download, target?.actions?.upload, target?.actions?.verify];
  if (download === undefined || upload === undefined)
    throw new UnavailableError(
      `Git LFS at ${new URL(from.url).origin} does not give the file ${object.oid}: ${source?.error?.message ?? "it names no place for it"}. Run the step again.`,
    );
  const answer = await from.download(download, object);
  const checked = answer.body.pipe(createCheck(object, from));
  // Not by itself: a line that breaks would leave the other side waiting.
  answer.body.on("error", (error) => checked.destroy(error));
  checked.on("close", () => answer.body.destroy());
  try {
    await to.upload(upload, object, checked);
  } catch (error) {
    // What the source sent wrongly shows as a line that broke.
    throw checked.errored instanceof StepError ? checked.errored : error;
  }
  if (verify !== undefined) await to.verify(verify, object);
}

/** Lets the last bytes go only when all of them are those that the name stands for: what is otherwise never arrives as a whole. */
function createCheck({ oid, size }: LfsObject, { url }: LfsServer): Transform {
  const hash = createHash("sha256");
  let held: Uint8Array = Buffer.alloc(0);
  let length = 0;
  const wrong = (): StepError =>
    new UnavailableError(
      `Git LFS at ${new URL(url).origin} sent other contents for the file ${oid} than its name stands for. Run the step again, and have the file looked at on its host if it happens again.`,
    );
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      length += chunk.length;
      hash.update(chunk);
      const before = held;
      held = chunk;
      if (length > size) done(wrong());
      else done(null, before.length === 0 ? undefined : before);
    },
    flush(done: TransformCallback) {
      if (length === size && hash.digest("hex") === oid) done(null, held.length === 0 ? undefined : held);
      else done(wrong());
    },
  });
}
