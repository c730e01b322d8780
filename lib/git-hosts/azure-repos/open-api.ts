import * as z from "zod/mini";
import { createHttpClient, type HttpClient } from "../../http/http-client.ts";
import type { AnswerHeaders, HttpResponse } from "../../http/http-request.ts";
import { readTooManyRequests, type RateLimit } from "../../http/rate-limit.ts";
import { createHostApi, type Page, type Paging } from "../create-host-api.ts";
import { explainRedirect } from "../explain-redirect.ts";
import type { GitHostOptions, HostAccess, RepositoryPath } from "../host-access.ts";
import type { HostApi, HostRequest, Query } from "../host-api.ts";
import { schemeOf } from "./access.ts";
import { ownerPath } from "./address.ts";
import { explainRefusal } from "./explain-refusal.ts";

/** The API, and the address that people use for it. */
export interface AzureRepos {
  api: HostApi;
  /** Whose lists are counted through, and not continued. */
  counted: HostApi;
  url: string;
}

export function openApi(options: GitHostOptions, access: HostAccess): AzureRepos {
  const { url } = options;
  const scheme = schemeOf(options);
  const shared = {
    http: withoutSignInPages(createHttpClient({ ...options, peer: `Azure Repos at ${url}`, readRateLimit })),
    url,
    title: access.title,
    authorize: async (owner: string) => ({
      authorization: authorize(scheme, (await access.getCredentials(owner)).token),
      // Else it points to the page where people sign in.
      "x-tfs-fedauthredirect": "Suppress",
    }),
    explain: explainRefusal,
    explainMoved: (_host: unknown, _request: unknown, refusal: Parameters<typeof explainRedirect>[1]) =>
      Promise.resolve(
        /\/_signin\b/.test(refusal.headers.get("location") ?? "")
          ? explainRefusal({ ...refusal, status: 401 })
          : explainRedirect(access.title, refusal),
      ),
  };
  return {
    url,
    api: createHostApi({ ...shared, paging: continuedPaging }),
    counted: createHostApi({ ...shared, paging: countedPaging }),
  };
}

/** The user's name is left empty for a personal token. */
function authorize(scheme: "Basic" | "Bearer", token: string): string {
  return `${scheme} ${scheme === "Basic" ? Buffer.from(`:${token}`).toString("base64") : token}`;
}

/** Who is not known gets a page to sign in, with 203, which is a success otherwise. */
function withoutSignInPages(http: HttpClient): HttpClient {
  return {
    get requestCount() {
      return http.requestCount;
    },
    async send(request) {
      const response = await http.send(request);
      return response.status === 203 ? { ...response, status: 401, content: new Uint8Array() } : response;
    },
  };
}

/**
 * A user may take so many units of load within five minutes; answers that are delayed, and not refused, tell with `retry-after` how long
 * to hold back ("Rate and usage limits").
 */
function readRateLimit(response: HttpResponse): RateLimit {
  const limit = readTooManyRequests(response);
  if (!limit.isRefused && response.status < 300 && limit.retryAfter !== undefined)
    return { isRefused: false, holdBack: limit.retryAfter };
  const [size, left] = ["x-ratelimit-limit", "x-ratelimit-remaining"].map((name) =>
    Number(response.headers.get(name) ?? "none"),
  );
  if (!Number.isFinite(size) || !Number.isFinite(left) || !size || left === undefined) return limit;
  return { ...limit, bucket: { size, perMinute: size / 5, left } };
}

/** Where something is in the API of an owner's project; every request says which version of the API it means. */
export function projectAt(
  owner: string,
  rest: string,
  query: Query = {},
): Pick<HostRequest<z.ZodMiniType>, "path" | "owner" | "query"> {
  return { path: `${ownerPath(owner)}/_apis${rest}`, owner, query: { ...query, ...version } };
}

/** `rest` begins with a slash. */
export function repositoryAt(
  { owner, name }: RepositoryPath,
  rest = "",
  query: Query = {},
): ReturnType<typeof projectAt> {
  return projectAt(owner, `/git/repositories/${encodeURIComponent(name)}${rest}`, query);
}

export const version = { "api-version": "7.1" } as const;

const List = z.object({ value: z.array(z.unknown()) });

/** Refs and policies. */
const continuedPaging: Paging = {
  first: {},
  read: (content, headers) => {
    const token = headers.get("x-ms-continuationtoken");
    return readPage(content, token ? { continuationToken: token } : undefined);
  },
};

const pageSize = 100;

/** Pull requests: a page that is full may have another one behind it. */
const countedPaging: Paging = {
  first: { $top: pageSize, $skip: 0 },
  read: (content: unknown, _headers: AnswerHeaders, { $skip = 0 }: Query) => {
    const page = readPage(content, { $top: pageSize, $skip: Number($skip) + pageSize });
    return page && page.items.length < pageSize ? { ...page, next: undefined } : page;
  },
};

function readPage(content: unknown, next: Query | undefined): Page | undefined {
  const { data } = List.safeParse(content);
  return data && { items: data.value, next };
}
