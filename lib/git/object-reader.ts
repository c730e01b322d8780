import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";

export interface GitObject {
  id: string;
  type: string;
  bytes: Buffer;
}

/** One Git process that answers many questions, where each of the others is asked one. */
export interface ObjectReader {
  /**
   * @param name - as git-rev-parse knows names: `<commit>^{tree}`, `<commit>:<path>`, `refs/heads/main`
   * @returns undefined for what is not on this disk: it may not be there at all, or come from the host by another command
   */
  read(name: string): Promise<GitObject | undefined>;
  /** Safe to repeat; whoever asks again begins anew. */
  close(): Promise<void>;
}

export interface ObjectReaderOptions {
  directory: string;
  /** Without credentials: nothing is fetched. */
  environment: Record<string, string>;
  signal: AbortSignal | undefined;
}

/**
 * Starts `git cat-file --batch` when it is first asked. It keeps no process alive that has nothing else to do, and no failure of it
 * fails a run: what it does not answer is asked in other ways.
 */
export function createObjectReader(open: () => ObjectReaderOptions): ObjectReader {
  let session: Session | undefined;

  async function read(name: string): Promise<GitObject | undefined> {
    if (/[\n\0]/.test(name)) return undefined;
    session = session?.isOver() === false ? session : startSession(open());
    return session.ask(name);
  }

  return {
    read,
    async close() {
      const closing = session;
      session = undefined;
      await closing?.end();
    },
  };
}

interface Session {
  ask(name: string): Promise<GitObject | undefined>;
  isOver(): boolean;
  end(): Promise<void>;
}

type Waiting = (found: GitObject | undefined) => void;

/** Git 2.38 does not know the first yet: by the second, which all know, it fetches nothing either, and ends. */
const withoutFetching = { GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none" };

function startSession({ directory, environment, signal }: ObjectReaderOptions): Session {
  const env = { ...environment, ...withoutFetching };
  const child = spawn("git", ["cat-file", "--batch"], { cwd: directory, env, signal, windowsHide: true });
  const waiting: Waiting[] = [];
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    const finish = (): void => {
      isOver = true;
      for (const answer of waiting.splice(0)) answer(undefined);
      resolve();
    };
    child.on("close", finish);
    child.on("error", finish);
  });
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => undefined);
  child.stderr.resume();
  readAnswers(child, (found) => {
    waiting.shift()?.(found);
    if (waiting.length === 0) keepAlive(child, false);
  });
  keepAlive(child, false);

  return {
    ask(name) {
      if (isOver) return Promise.resolve(undefined);
      keepAlive(child, true);
      return new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${name}\n`);
      });
    },
    isOver: () => isOver,
    async end() {
      // Whoever waits for its end has something else to do after it.
      if (!isOver) keepAlive(child, true);
      child.stdin.end();
      await over;
    },
  };
}

/** A process that waits for questions shall not keep this one from ending; one that is asked shall. */
function keepAlive(child: ChildProcessWithoutNullStreams, isAsked: boolean): void {
  for (const part of [child, child.stdin, child.stdout, child.stderr]) {
    const method = isAsked ? "ref" : "unref";
    if (method in part) Reflect.get(part, method).call(part);
  }
}

/** Answers come in the order of the questions (git-cat-file, "BATCH OUTPUT"). */
function readAnswers(child: ChildProcessWithoutNullStreams, onAnswer: Waiting): void {
  let chunks: Buffer[] = [];
  let length = 0;
  let needed = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < needed) return;
    let bytes = Buffer.concat(chunks);
    for (let taken = takeAnswer(bytes); ; taken = takeAnswer(bytes)) {
      needed = taken.needed;
      if (bytes.length < needed || needed === 0) break;
      bytes = bytes.subarray(needed);
      onAnswer(taken.found);
    }
    chunks = [bytes];
    length = bytes.length;
  });
}

/** @returns how many bytes the first answer has, 0 where that cannot be told yet; and the answer, when they are all there */
function takeAnswer(bytes: Buffer): { needed: number; found: GitObject | undefined } {
  const end = bytes.indexOf("\n");
  if (end === -1) return { needed: 0, found: undefined };
  const [, id, type, size] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(bytes.toString("utf8", 0, end)) ?? [];
  if (id === undefined || type === undefined) return { needed: end + 1, found: undefined };
  const [start, stop] = [end + 1, end + 1 + Number(size)];
  return { needed: stop + 1, found: { id, type, bytes: bytes.subarray(start, stop) } };
}
