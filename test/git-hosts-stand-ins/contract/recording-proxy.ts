import { createServer, request, type IncomingMessage } from "node:http";
import { publishHostExchange } from "./host-exchanges.ts";

/** Stands before a real host, and tells of each request to its API. */
export interface RecordingProxy {
  url: string;
  close(): Promise<void>;
}

/** @param prefix - what the paths of the API begin with; all else, which is Git's, only passes */
export async function startRecordingProxy(
  host: string,
  { contract, prefix }: { contract: string; prefix: string },
): Promise<RecordingProxy> {
  const server = createServer((asked, answer) => {
    const { method = "GET", headers } = asked;
    const url = new URL(asked.url ?? "/", host);
    const isOfApi = url.pathname.startsWith(`${prefix}/`);
    // What the real thing answers is its maker's own business: descriptions lack fields, such as the user name that Gitea 1.26 sends.
    if (isOfApi)
      void readAll(asked).then((content) =>
        publishHostExchange({
          contract,
          method,
          path: url.pathname.slice(prefix.length),
          query: url.searchParams,
          content,
          answer: undefined,
        }),
      );
    const forwarded = request(url, { method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    forwarded.on("error", () => answer.destroy());
    asked.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @returns JSON as parsed, other content as text, undefined when there was none */
async function readAll(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  message.on("data", (chunk: Buffer) => void chunks.push(chunk));
  await new Promise((resolve) => message.on("end", resolve));
  const text = Buffer.concat(chunks).toString();
  if (text === "") return undefined;
  return /json/.test(message.headers["content-type"] ?? "") ? JSON.parse(text) : text;
}
