import { describe } from "vitest";
import { startGitServer, type ApiAnswer } from "../../git-server/git-server.ts";
import { editRepository } from "../../git-server/edit-repository.ts";
import { startAzureReposUnderTest } from "./azure-repos-under-test.ts";
import { testBadInput, type BadInput, type LimitForm } from "./bad-input.ts";
import { startBitbucketCloudUnderTest, startBitbucketDataCenterUnderTest } from "./bitbucket-under-test.ts";
import { startGiteaStandInUnderTest, startGitHubUnderTest, startGitLabUnderTest } from "./host-under-test.ts";

const notOfItsApi = /gave an answer that is not of its API\. Check the address of the host\.$/;

/** RFC 6585; proxies in front of any host answer so. */
const withRetryAfter: LimitForm = {
  form: "429 with Retry-After",
  answer: () => ({ status: 429, headers: { "retry-after": "7" } }),
  seconds: 7,
};
const withoutWord: LimitForm = {
  form: "429 without a word",
  answer: () => ({ status: 429, headers: { "content-type": "text/plain" }, body: "Retry later\n" }),
  seconds: undefined,
};

/** Headers that name a moment some seconds from now, by the host's own clock. */
function untilIn(seconds: number, name: string): Record<string, string> {
  const date = new Date();
  return { date: date.toUTCString(), [name]: String(Math.floor(date.getTime() / 1000) + seconds) };
}

const dataCenter = (exception: string, message: string): object => ({
  errors: [{ context: null, message, exceptionName: `com.atlassian.bitbucket.${exception}` }],
});

const azure = (message: string): object => ({ $id: "1", message, typeKey: "AnException", errorCode: 0, eventId: 3000 });

/** A server of which only Git is known. */
async function startGeneric(): ReturnType<BadInput["start"]> {
  const faults: (ApiAnswer | undefined)[] = [];
  const [token, username] = ["correct-horse", "barry"];
  const server = await startGitServer({
    accounts: [{ username, token }],
    isOfApi: () => faults.length > 0 && (faults[0] !== undefined || faults.shift() !== undefined),
    answerApi: () => faults.shift() ?? { status: 500 },
  });
  return {
    id: "generic",
    url: server.url,
    signIn: { token, username },
    seed({ owner, name }, edits) {
      const path = server.createRepository(`${owner}/${name}.git`, { defaultBranch: edits[0]?.branch ?? "main" });
      for (const edit of edits) editRepository(path, edit);
      return Promise.resolve();
    },
    answerNext: (...answers) => void faults.splice(0, faults.length, ...answers),
    close: () => server.close(),
  };
}

/**
 * Sources of limits and of expired tokens: each maker's own page, as the README of the host's folder and its `explain-refusal.ts` name them.
 * The sentences of locked repositories are assumed where only the status is documented.
 */
const hosts: Readonly<Record<string, BadInput>> = {
  "Azure Repos": {
    start: startAzureReposUnderTest,
    expired: { answer: { status: 401 }, says: /Check that the token is right and has not expired, .* "Code \(Read\)"/ },
    limits: [withRetryAfter, withoutWord],
    locked: {
      answer: { status: 403, body: azure("TF402461: The repository is locked by another user.") },
      says: /the user may not do this \(TF402461: The repository is locked by another user\)/i,
    },
    pageSays: notOfItsApi,
  },
  "Bitbucket Cloud": {
    start: startBitbucketCloudUnderTest,
    expired: {
      answer: {
        status: 401,
        body: { type: "error", error: { message: "Token is invalid, expired, or not supported for this endpoint." } },
      },
      says: /refused the credentials \(Token is invalid, expired, .*\)\. Check the token, and that it has not expired/,
    },
    limits: [withRetryAfter, withoutWord],
    locked: {
      answer: { status: 403, body: { type: "error", error: { message: "This repository is locked." } } },
      says: /the token may not do this \(This repository is locked\)/i,
    },
    pageSays: notOfItsApi,
  },
  "Bitbucket Data Center": {
    start: startBitbucketDataCenterUnderTest,
    expired: {
      answer: {
        status: 401,
        body: dataCenter("auth.IncorrectPasswordAuthenticationException", "Authentication failed."),
      },
      says: /refused the credentials \(Authentication failed\)\. Check the token, and that it has not expired/,
    },
    limits: [
      withRetryAfter,
      {
        form: "429 with the user's bucket, which is empty",
        answer: () => ({
          status: 429,
          headers: {
            "x-ratelimit-limit": "60",
            "x-ratelimit-remaining": "0",
            "x-ratelimit-interval-seconds": "1",
            "x-ratelimit-fillrate": "5",
            "retry-after": "12",
          },
        }),
        seconds: 12,
      },
    ],
    locked: {
      answer: { status: 409, body: dataCenter("repository.RepositoryOfflineException", "The repository is offline.") },
      says: /Bitbucket refused \(The repository is offline\)/,
    },
    pageSays: notOfItsApi,
  },
  Gitea: {
    start: startGiteaStandInUnderTest,
    expired: {
      answer: { status: 401, body: { message: "invalid username, password or token" } },
      says: /refused the credentials \(invalid username, password or token\)\. Check the token, and that it has not been/,
    },
    limits: [withRetryAfter, withoutWord],
    locked: {
      answer: { status: 423, body: { message: "Repo is archived" } },
      says: /Gitea refused \(Repo is archived\)/,
    },
    pageSays: notOfItsApi,
  },
  GitHub: {
    start: startGitHubUnderTest,
    expired: {
      answer: { status: 401, body: { message: "Bad credentials" } },
      says: /refused the credentials \(Bad credentials\)\. Check the token or the key, and that it has not expired\./,
    },
    limits: [
      withRetryAfter,
      {
        form: "403 of the hourly limit, with the moment at which it ends",
        answer: () => ({
          status: 403,
          headers: { "x-ratelimit-remaining": "0", ...untilIn(30, "x-ratelimit-reset") },
          body: { message: "API rate limit exceeded" },
        }),
        seconds: 31,
      },
      {
        form: "403 of a secondary limit, with Retry-After",
        answer: () => ({
          status: 403,
          headers: { "retry-after": "11" },
          body: { message: "You have exceeded a secondary rate limit." },
        }),
        seconds: 11,
      },
      {
        form: "403 of a secondary limit, without a word, which means a minute",
        answer: () => ({ status: 403, body: { message: "You have exceeded a secondary rate limit." } }),
        seconds: 60,
      },
    ],
    locked: {
      answer: { status: 451, body: { message: "Repository access blocked", block: { reason: "dmca" } } },
      says: /GitHub refused \(Repository access blocked\)/,
    },
    pageSays: notOfItsApi,
  },
  GitLab: {
    start: startGitLabUnderTest,
    expired: {
      answer: {
        status: 401,
        body: { error: "invalid_token", error_description: "Token is expired. You can either do re-authorization." },
      },
      says: /expired/,
    },
    limits: [
      withRetryAfter,
      withoutWord,
      {
        form: "429 with the moment at which the minute ends",
        answer: () => ({ status: 429, headers: untilIn(40, "ratelimit-reset"), body: { message: "429" } }),
        seconds: 40,
      },
    ],
    locked: {
      answer: { status: 403, body: { message: "403 Forbidden - The project is locked" } },
      says: /403 Forbidden - The project is locked/,
    },
    pageSays: notOfItsApi,
    missingPageSays: /no API of GitLab/,
  },
  "Any Git server": {
    start: startGeneric,
    expired: {
      answer: { status: 401 },
      says: /refused the credentials \(status 401\)\. Check the user name and the token/,
    },
    limits: [withRetryAfter, withoutWord],
    locked: {
      answer: { status: 423 },
      says: /the Git server refused GET \S+ \(status 423\)/i,
    },
    pageSays: /there is no Git server at \S+: the answer is not of its protocol \(text\/html\)\. Check the address\./i,
    missingPageSays: null,
    work: (host) => host.findRepository({ owner: "acme", name: "middle" }),
    tellsCaseApart: true,
  },
};

describe.each(Object.entries(hosts))("%s", (_, host) => {
  testBadInput(host);
});
