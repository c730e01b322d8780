import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { createSendByProxy } from "../../../lib/http/send-by-proxy.ts";
import { startProxy } from "../../stories/proxy.ts";

/** A server that answers with what it was asked, and a proxy in front of it. */
async function startEcho(credentials?: string) {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      response.writeHead(201, { "x-list": ["1", "2"] }).end(JSON.stringify({ method, url, headers, body }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const targetPort = typeof address === "object" && address !== null ? address.port : 0;
  const proxy = await startProxy({
    targetPort,
    ...(credentials !== undefined && { credentials }),
    tunnelPorts: ["443"],
  });
  const sendByProxy = createSendByProxy();
  return {
    port: proxy.port,
    send: (request: Partial<Parameters<typeof sendByProxy>[0]>, userInfo = "") =>
      sendByProxy(
        { method: "GET", url: "http://octopus.test/api?a=b", signal: new AbortController().signal, ...request },
        new URL(`http://${userInfo}127.0.0.1:${proxy.port}`),
      ),
  };
}

async function read(answer: { content(): Promise<Uint8Array> }) {
  return JSON.parse(new TextDecoder().decode(await answer.content()));
}

test("a plain request arrives as it was sent, and its answer as it was given", async () => {
  const { send } = await startEcho();

  const answer = await send({ method: "POST", headers: { "X-Octopus-ApiKey": "API-1" }, body: '{"Name":"é"}' });

  expect(answer.status).toBe(201);
  expect(answer.headers.get("x-list")).toBe("1, 2");
  expect(await read(answer)).toMatchObject({
    method: "POST",
    url: "/api?a=b",
    headers: { host: "octopus.test", "x-octopus-apikey": "API-1", "content-length": "13" },
    body: '{"Name":"é"}',
  });
  expect(await read(await send({}))).toMatchObject({ method: "GET", body: "" });
});

test("a form arrives with its boundary", async () => {
  const { send } = await startEcho();
  const body = new FormData();
  body.append("file", new Blob(["content of a package"]), "web.1.0.0.zip");

  const { headers, body: sent } = await read(await send({ method: "POST", body }));

  expect(headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
  expect(sent).toContain("content of a package");
});

test.each([
  ["worker:pass word", "worker:pass%20word@"],
  ["worker:100%:é", "worker:100%:%C3%A9@"],
])("the proxy gets the credentials %j from %j", async (credentials, userInfo) => {
  const { send } = await startEcho(credentials);

  const answer = await send({}, userInfo);

  expect(answer.status).toBe(201);
});

test("a run that was canceled waits for no answer", async () => {
  const { send } = await startEcho();

  await expect(send({ signal: AbortSignal.abort() })).rejects.toThrow("aborted");
});

test("a refused tunnel is told with its status", async () => {
  const { send } = await startEcho();

  await expect(send({ url: "https://octopus.test:8443" })).rejects.toThrow("Proxy response (403)");
});
