import { createServer, type IncomingMessage } from "node:http";

/** Keeps Terraform's states while the demo lasts, as its backend `http` asks for them. */
export interface StateServer {
  url: string;
  /** How many states it has. */
  readonly count: number;
  close(): Promise<void>;
}

/** Each path is a state, with a lock of its own (https://developer.hashicorp.com/terraform/language/backend/http). */
export async function startStateServer(): Promise<StateServer> {
  const states = new Map<string, string>();
  const locks = new Map<string, string>();

  /** @returns the status, and what the answer says */
  function answer(method: string, path: string, body: string): [status: number, text: string] {
    if (method === "GET") return states.has(path) ? [200, states.get(path) ?? ""] : [404, ""];
    if (method === "POST") states.set(path, body);
    else if (method === "DELETE") states.delete(path);
    else if (method === "UNLOCK") locks.delete(path);
    else if (method !== "LOCK") return [405, ""];
    else if (locks.has(path)) return [423, locks.get(path) ?? ""];
    else locks.set(path, body);
    return [200, ""];
  }

  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const [path = "/"] = (request.url ?? "/").split("?");
      const [status, text] = answer(request.method ?? "GET", path, body);
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    get count() {
      return states.size;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
