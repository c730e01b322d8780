import { onTestFinished } from "vitest";
import * as z from "zod";
import { createOctopusServer, type OctopusServer, type OctopusServerOptions } from "../octopus-server.ts";

/** An answer of the server: its body as JSON where it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  body: z.infer<typeof Body>;
}

const Item = z.looseObject({
  Id: z.string().nullish(),
  Name: z.string().nullish(),
  Links: z.record(z.string(), z.string()).nullish(),
});
const Body = z.looseObject({
  Id: z
    .string()
    .nullish()
    .transform((id) => id ?? undefined),
  Slug: z.string().optional(),
  ErrorMessage: z.string().optional(),
  Errors: z.array(z.string()).optional(),
  Links: z.record(z.string(), z.string()).default({}),
  Items: z.array(Item).default([]),
});

/** Plain HTTP, as whoever has the key. */
export interface Caller {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  remove(path: string): Promise<Answer>;
  /** The answer of a request that must succeed. */
  made(path: string, body: unknown): Promise<Answer["body"] & { Id: string }>;
  upload(path: string, file: { name: string; bytes: Uint8Array<ArrayBuffer> }): Promise<Answer>;
}

export interface LocalOctopus extends Caller {
  server: OctopusServer;
  url: string;
  /** The same server, for somebody else. */
  as(apiKey: string): Caller;
}

/** A server for the length of one test. Paths that do not begin with `/` are those of the default space. */
export async function startLocalOctopus(options: OctopusServerOptions = {}): Promise<LocalOctopus> {
  const server = createOctopusServer(options);
  const url = await server.listen();
  onTestFinished(() => server.close());
  return { server, url, as: (apiKey) => createCaller(url, apiKey), ...createCaller(url, server.apiKey) };
}

function createCaller(url: string, apiKey: string): Caller {
  async function send(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const address = url + (path.startsWith("/") ? path : `/api/Spaces-1/${path}`);
    const response = await fetch(address, {
      ...init,
      method,
      headers: {
        ...(apiKey === "" ? {} : { "X-Octopus-ApiKey": apiKey }),
        ...Object.fromEntries(new Headers(init.headers)),
      },
    });
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json") && text !== "";
    const json: unknown = isJson ? JSON.parse(text) : { Text: text };
    return {
      status: response.status,
      headers: response.headers,
      body: Body.parse(
        Array.isArray(json) ? { Items: json.filter((item) => typeof item === "object"), List: json } : json,
      ),
    };
  }
  const sendJson = (method: string, path: string, body: unknown): Promise<Answer> =>
    send(method, path, {
      headers: { "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    get: (path) => send("GET", path),
    post: (path, body) => sendJson("POST", path, body),
    put: (path, body) => sendJson("PUT", path, body),
    remove: (path) => send("DELETE", path),
    async made(path, body) {
      const answer = await sendJson("POST", path, body);
      if (answer.status !== 201 || answer.body.Id === undefined)
        throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return { ...answer.body, Id: answer.body.Id };
    },
    upload(path, { name, bytes }) {
      const form = new FormData();
      form.append("fileToUpload", new Blob([bytes]), name);
      return send("POST", path, { body: form });
    },
  };
}
