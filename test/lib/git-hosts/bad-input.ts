import { afterAll, beforeAll, expect, test } from "vitest";
import { createGitHost } from "../../../lib/git-hosts/index.ts";
import type { GitHost } from "../../../lib/git-hosts/git-host.ts";
import { ConflictError, NotAllowedError, StepError, UnavailableError } from "../../../lib/step/errors.ts";
import { startGitServer, type ApiAnswer } from "../../git-server/git-server.ts";
import type { HostUnderTest } from "./host-under-test.ts";

type Subject = Pick<HostUnderTest, "id" | "url" | "signIn" | "seed" | "close"> & {
  /** Answers to give first, each once, in place of the host's own; undefined for its own. */
  answerNext(...answers: (ApiAnswer | undefined)[]): void;
};

/** A form in which a host limits the rate of requests, and for how many seconds it wants us to wait; undefined where it does not say. */
export interface LimitForm {
  form: string;
  answer: () => ApiAnswer;
  seconds: number | undefined;
}

/** What a host answers where something is wrong, and what we make of it. */
export interface BadInput {
  start: () => Promise<Subject>;
  /** Once a token has ended. */
  expired: { answer: ApiAnswer; says: RegExp };
  limits: readonly LimitForm[];
  /** For a repository that is kept from everybody: blocked, locked or disabled. */
  locked: { answer: ApiAnswer; says: RegExp };
  /** Of a page, where the host's own answer should be. */
  pageSays: RegExp;
  /** Of one with 404, by default the same; null where that means that there is no repository. */
  missingPageSays?: RegExp | null;
  /** What takes several requests, the first of which has an answer still; by default a repository that is made. */
  work?: (host: GitHost) => Promise<unknown>;
  /** Whether owners that differ in case alone are two of them. */
  tellsCaseApart?: true;
}

const page: ApiAnswer = {
  status: 200,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Sign in</body></html>",
};

const files = [{ files: { "a.md": "a\n" }, message: "First" }];

/** What every host is told about in one sentence, or waited for. Each test has a repository of its own. */
export function testBadInput(input: BadInput): void {
  const { start, expired, limits, locked, pageSays, missingPageSays = pageSays, work, tellsCaseApart } = input;
  let subject: Subject;
  let waits: number[] = [];
  beforeAll(async () => {
    subject = await start();
  });
  afterAll(() => subject?.close());

  /** One of its own for each test: how a host slows us down is remembered. */
  function openHost(): GitHost {
    waits = [];
    const wait = (milliseconds: number): Promise<void> => Promise.resolve(void waits.push(milliseconds));
    return createGitHost(subject.id, { url: subject.url, signIn: subject.signIn, wait });
  }

  async function seed(name: string): Promise<{ owner: string; name: string }> {
    await subject.seed({ owner: "acme", name }, files);
    return { owner: "acme", name };
  }

  test("a token that has expired is told, without the token", async () => {
    const path = await seed("expired");
    const host = openHost();
    subject.answerNext(expired.answer, expired.answer);

    const finding = host.findRepository(path);

    await expect(finding).rejects.toThrow(expired.says);
    await expect(finding).rejects.toBeInstanceOf(NotAllowedError);
    await expect(finding).rejects.toThrow(/^Failed to find "acme\/expired" on /);
    const { token } = "token" in subject.signIn ? subject.signIn : { token: "none" };
    await expect(finding).rejects.not.toThrow(token);
    subject.answerNext();
    expect(await host.findRepository(path)).toMatchObject(path);
  });

  test.each(limits)("waits as a limit of the rate asks: $form", async ({ form, answer, seconds }) => {
    const path = await seed(`limit-${limits.findIndex((one) => one.form === form)}`);
    const host = openHost();
    subject.answerNext(answer());

    expect(await host.findRepository(path)).toMatchObject(path);

    const longest = Math.max(...waits);
    // A second less where the host says when, and a few more, which differ from run to run.
    expect(longest).toBeGreaterThanOrEqual(seconds === undefined ? 1 : (seconds - 1) * 1000);
    expect(longest).toBeLessThan(((seconds ?? 60) + 3) * 1000);
  });

  test("does not wait for hours where a limit asks for that", async () => {
    const host = openHost();
    subject.answerNext({ status: 429, headers: { "retry-after": "36000" } });

    const finding = host.findRepository({ owner: "acme", name: "any" });

    await expect(finding).rejects.toThrow(/ limits the rate of requests: GET \S+ would have to wait for more than 30/);
    await expect(finding).rejects.toBeInstanceOf(UnavailableError);
    subject.answerNext();
    // Whatever is asked next would have to wait as long.
    await expect(host.findBranch({ owner: "acme", name: "any" }, "main")).rejects.toThrow(
      / limits the rate of requests: /,
    );
    expect(waits).toEqual([]);
  });

  test("a host that goes down in the middle is asked again, and told of when it stays down", async () => {
    const path = await seed("middle");
    const down: ApiAnswer = { status: 503, headers: { "content-type": "text/html" }, body: "<html>Down</html>" };
    subject.answerNext(down, undefined, down);
    expect(await openHost().findRepository(path)).toMatchObject(path);

    const host = openHost();
    subject.answerNext(undefined, ...Array.from({ length: 40 }, () => down));
    const working = (work ?? makeRepository)(host);
    await expect(working).rejects.toBeInstanceOf(UnavailableError);
    await expect(working).rejects.toThrow(/^Failed to \w+ "acme\/[\w-]+" on [\w ]+: .*503/);
    subject.answerNext();
    expect(await openHost().findRepository({ owner: "acme", name: "never-made" })).toBeUndefined();
  });

  const pages = [
    [200, pageSays],
    [404, missingPageSays],
  ] as const;
  test.each(pages.flatMap(([status, says]) => (says === null ? [] : [[status, says] as const])))(
    "a page in place of the host's answer (%i) is told, and taken neither for a repository nor for none",
    async (status, says) => {
      const path = await seed(`page-${status}`);
      const host = openHost();
      subject.answerNext({ ...page, status }, { ...page, status });

      const finding = host.findRepository(path);

      await expect(finding).rejects.toThrow(says);
      await expect(finding).rejects.toBeInstanceOf(UnavailableError);
      subject.answerNext();
    },
  );

  test("a redirect to another host is told, and the credentials go nowhere else", async () => {
    const path = await seed("redirected");
    const other = await startGitServer();
    const host = openHost();
    const redirect = { status: 302, headers: { location: `${other.url}/elsewhere?token=secret` } };
    subject.answerNext(redirect, redirect);

    const finding = host.findRepository(path);

    await expect(finding).rejects.toThrow(
      / redirects GET \S+ to http:\S+\/elsewhere\. Use the address it redirects to/,
    );
    await expect(finding).rejects.toBeInstanceOf(NotAllowedError);
    expect(other.requests).toEqual([]);
    subject.answerNext();
    await other.close();
  });

  test("a repository that is locked is told in the host's words", async () => {
    const path = await seed("locked");
    const host = openHost();
    subject.answerNext(locked.answer, locked.answer);

    const finding = host.findRepository(path);

    await expect(finding).rejects.toThrow(locked.says);
    await expect(finding).rejects.toThrow(/^Failed to find "acme\/locked" on /);
    await expect(finding).rejects.toBeInstanceOf(StepError);
    subject.answerNext();
  });

  test("owners that differ in case alone are one, and where they are two, neither is a fork of the other", async () => {
    const path = await seed("case");
    const shouted = { ...path, owner: "ACME" };
    if (tellsCaseApart === true) await subject.seed(shouted, [{ branch: "trunk", files: { "b.md": "b\n" } }]);
    const host = openHost();

    const found = await host.findRepository(path);
    const same = await host.ensureRepository(shouted);

    expect(same.defaultBranch).toBe(tellsCaseApart === true ? "trunk" : found?.defaultBranch);
    expect(same.cloneUrl === found?.cloneUrl).toBe(tellsCaseApart !== true);
    const forking = host.ensureFork({ source: path, target: shouted, copy: () => Promise.resolve() });
    await expect(forking).rejects.toThrow(
      /the repository "ACME\/case" cannot be a fork of itself\. Choose another name/i,
    );
    await expect(forking).rejects.toBeInstanceOf(ConflictError);
  });
}

function makeRepository(host: GitHost): Promise<unknown> {
  return host.ensureRepository({ owner: "acme", name: "never-made" });
}
