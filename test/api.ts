import * as z from "zod";

/** What tests look into; everything else stays unknown. */
export const Document = z.looseObject({ Id: z.string() });
export type Document = z.infer<typeof Document>;

/** Plain HTTP to a local Octopus, as a user of its API would speak it. */
export interface Api {
  get(path: string): Promise<Document>;
  list(path: string): Promise<Document[]>;
  post(path: string, body: unknown): Promise<Document>;
  put(path: string, body: unknown): Promise<Document>;
  remove(path: string): Promise<void>;
  /** A POST whose answer is no document. */
  act(path: string, body: unknown): Promise<void>;
}

/** @param prefix - what all paths begin with, such as `/api` or `/api/Spaces-1` */
export function createApi(server: { url: string; apiKey: string }, prefix = "/api/Spaces-1"): Api {
  async function send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${server.url}${prefix}${path}`, {
      method,
      headers: { "X-Octopus-ApiKey": server.apiKey, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === "" ? {} : JSON.parse(text);
  }
  return {
    get: async (path) => Document.parse(await send("GET", path)),
    list: async (path) => z.object({ Items: z.array(Document) }).parse(await send("GET", path)).Items,
    post: async (path, body) => Document.parse(await send("POST", path, body)),
    put: async (path, body) => Document.parse(await send("PUT", path, body)),
    remove: async (path) => void (await send("DELETE", path)),
    act: async (path, body) => void (await send("POST", path, body)),
  };
}
