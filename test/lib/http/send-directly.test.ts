import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createHttpClient } from "../../../lib/http/http-client.ts";
import { answering } from "./answering.ts";

test("an answer that comes compressed is read as it was meant", async () => {
  const url = await answering((request, response) => {
    const content = Buffer.from(JSON.stringify({ asked: request.headers["accept-encoding"], name: "Größe" }));
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(content));
  });

  const { content } = await createHttpClient({ peer: "the server" }).send({ method: "GET", url });

  expect(JSON.parse(new TextDecoder().decode(content))).toEqual({ asked: "gzip", name: "Größe" });
});

test("an answer that is cut off in the middle of its compressed content is none", async () => {
  const url = await answering((_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("a long answer ".repeat(50)).subarray(0, 30));
  });

  const sent = createHttpClient({ peer: "The server", wait: () => Promise.resolve() }).send({ method: "GET", url });

  await expect(sent).rejects.toThrow("The server closed the connection before it had answered GET /.");
});

test("requests one after the other share a connection, and each arrives as it was sent", async () => {
  const connections = new Set<unknown>();
  const url = await answering((request, response) => {
    connections.add(request.socket);
    void text(request).then((body) => {
      const { method, headers } = request;
      response.end(JSON.stringify({ method, type: headers["content-type"], key: headers["x-key"], body }));
    });
  });
  const http = createHttpClient({ peer: "the server" });
  const ask = async (request: { method: "GET" | "POST"; headers?: Record<string, string>; body?: string }) =>
    JSON.parse(new TextDecoder().decode((await http.send({ ...request, url })).content));

  const headers = { "Content-Type": "application/json", "X-Key": "1" };
  expect(await ask({ method: "POST", headers, body: '{"Name":"é"}' })).toEqual({
    method: "POST",
    type: "application/json",
    key: "1",
    body: '{"Name":"é"}',
  });
  expect(await ask({ method: "GET" })).toEqual({ method: "GET", body: "" });
  expect(connections.size).toBe(1);
});
