import { createServer, request, type IncomingMessage } from "node:http";
import { publishHostExchange } from "./host-exchanges.ts";

/** Stands before a real host, and tells of each exchange with its API. */
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
    const sent = isOfApi ? readAll(asked) : undefined;
    const forwarded = request(url, { method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
      if (sent === undefined) return;
      const path = url.pathname.slice(prefix.length);
      const status = answered.statusCode ?? 502;
      void Promise.all([sent, readAll(answered)]).then(([content, body]) =>
        publishHostExchange({ contract, method, path, query: url.searchParams, content, answer: { status, body } }),
      );
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
