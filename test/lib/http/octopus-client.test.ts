import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer as createPlainServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createHttpClient } from "../../../lib/http/http-client.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { ConflictError } from "../../../lib/step/errors.ts";
import { observeExchanges } from "../../octopus-server/exchanges.ts";
import { startOctopus } from "../../steps/managed-tenants.ts";

async function serve(server: Server, scheme = "http"): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `${scheme}://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

function answering(listener: RequestListener): Promise<string> {
  return serve(createPlainServer(listener));
}

const noWait = { wait: () => Promise.resolve() };

test("says that nobody listens at the address", async () => {
  const server = createPlainServer();
  const url = await serve(server);
  await new Promise((resolve) => server.close(resolve));

  await expect(createOctopusClient({ url, apiKey: "API-X", ...noWait }).get("/users/me")).rejects.toThrow(
    `Octopus at ${url} cannot be reached: the connection was refused. Check the server URL and its port, and that the server is running.`,
  );
});

test("says that the host name is not known", async () => {
  const octopus = createOctopusClient({ url: "http://octopus.invalid", apiKey: "API-X", ...noWait });

  await expect(octopus.get("/users/me")).rejects.toThrow(/host name (is not known|could not be looked up)/);
});

test("says that a certificate is not trusted, and which setting makes it so", async () => {
  const directory = mkdtempSync(join(tmpdir(), "tls-"));
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      "-days",
      "1",
      "-subj",
      "/CN=127.0.0.1",
    ],
    { stdio: "ignore" },
  );
  const url = await serve(
    createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => response.end("{}")),
    "https",
  );

  await expect(createOctopusClient({ url, apiKey: "API-X", ...noWait }).get("/users/me")).rejects.toThrow(
    /TLS certificate is not trusted by this worker\. Set NODE_EXTRA_CA_CERTS/,
  );
});

test("says that a server behind https speaks plain http", async () => {
  const url = await answering((_request, response) => response.end("{}"));

  await expect(
    createOctopusClient({ url: url.replace("http:", "https:"), apiKey: "API-X", ...noWait }).get("/users/me"),
  ).rejects.toThrow(/begins with the right one of http and https/);
});

test("never follows a redirect, which would carry the key elsewhere", async () => {
  const seen: unknown[] = [];
  const elsewhere = await answering((request, response) => {
    seen.push(request.headers["x-octopus-apikey"]);
    response.end("{}");
  });
  const url = await answering((_request, response) =>
    response.writeHead(302, { location: `${elsewhere}/api?x=1` }).end(),
  );

  await expect(createOctopusClient({ url, apiKey: "API-X", ...noWait }).get("/users/me")).rejects.toThrow(
    `redirects GET /api/users/me to ${elsewhere}/api.`,
  );
  expect(seen).toEqual([]);
});

test("says that what answers is no Octopus Server", async () => {
  const url = await answering((_request, response) => response.end("<html>Sign in to the proxy</html>"));

  await expect(createOctopusClient({ url, apiKey: "API-X", ...noWait }).get("/users/me")).rejects.toThrow(
    /^What answers at http:\S+ is no Octopus Server: to GET \/api\/users\/me it gave a web page \(200\)\. Check/,
  );
});

test("a server that cannot answer now has refused nothing", async () => {
  const url = await answering((request, response) => {
    response.writeHead(request.method === "GET" ? 200 : 503).end('{"TotalResults":0,"Items":[]}');
  });

  await expect(createOctopusClient({ url, apiKey: "API-X", ...noWait }).post("/spaces", { Name: "A" })).rejects.toThrow(
    `Octopus at ${url} is not available now (POST /api/spaces, 503): it may be starting, upgrading or under maintenance.`,
  );
});

test.each([
  [401, `does not accept the API key (GET /api/users/me, 401): it did not say why. Check that key: it may be wrong`],
  [403, "refused GET /api/users/me (403)"],
  [404, "has nothing at what GET /api/users/me asks for (404)"],
  [418, "refused GET /api/users/me (418)"],
  [500, "failed at GET /api/users/me (500): its log tells why."],
  [502, "is not available now (GET /api/users/me, 502): what stands in front of it got no answer"],
  [503, "is not available now (GET /api/users/me, 503): it may be starting, upgrading or under maintenance. Run"],
  [504, "is not available now (GET /api/users/me, 504)"],
])("%i is told with the address and the right verb", async (status, sentence) => {
  const url = await answering((_request, response) => response.writeHead(status).end("{}"));

  await expect(createOctopusClient({ url, apiKey: "API-X", ...noWait }).get("/users/me")).rejects.toThrow(
    `Octopus at ${url} ${sentence}`,
  );
});

test("says that no answer came in time", async () => {
  const url = await answering(() => undefined);
  const octopus = createOctopusClient({ url, apiKey: "API-X", timeLimit: 20, ...noWait });

  await expect(octopus.get("/users/me")).rejects.toThrow(`Octopus at ${url} did not answer GET /api/users/me in time.`);
});

test.each([
  [
    "another scheme or host",
    "https://octopus.example.com/api/users/me",
    "Use https://octopus.example.com as the server URL.",
  ],
  ["a sign-in page", "https://login.example.com/oauth2?client=s3cret", "That is no address of the API: a sign-in page"],
  ["a page of its own", "/login?from=s3cret", "That is no address of the API: a sign-in page"],
])("says what to do where it is redirected to %s", async (_, location, advice) => {
  const url = await answering((_request, response) => response.writeHead(302, { location }).end());

  const asked = createOctopusClient({ url, apiKey: "API-X", ...noWait }).get("/users/me");

  await expect(asked).rejects.toThrow(advice);
  await expect(asked).rejects.not.toThrow("s3cret");
});

test("gives all pages of a list", async () => {
  const { url, apiKey } = await startOctopus();
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  await Promise.all(Array.from({ length: 40 }, (_, index) => space.post("/environments", { Name: `E${index}` })));

  const names = (await space.list("/environments")).map((environment) => environment["Name"]);

  expect(new Set(names).size).toBe(40);
});

test("refuses an address with a password, and does not repeat it", () => {
  const create = (): unknown => createOctopusClient({ url: "https://lisa:s3cret@octopus", apiKey: "API-X" });

  expect(create).toThrow("The Octopus Server URL holds credentials.");
  expect(create).not.toThrow(/s3cret/);
});

test("sends nothing while the server asks for a pause, not even what has waited for its turn", async () => {
  const atOnce = 20;
  const asked: ServerResponse[] = [];
  const answer = (response: ServerResponse, status = 200): void => void response.writeHead(status).end("{}");
  const url = await answering((_request, response) => {
    asked.push(response);
    // Of those that came together the first is refused, and the others are not answered before the pause has begun.
    if (asked.length === atOnce && asked[0] !== undefined) answer(asked[0], 429);
    if (asked.length > atOnce) answer(response);
  });
  const askedInPause: number[] = [];
  const wait = async (): Promise<void> => {
    for (const response of asked.slice(1, atOnce)) if (!response.headersSent) answer(response);
    await new Promise((resolve) => setTimeout(resolve, 20));
    askedInPause.push(asked.length);
  };
  const http = createHttpClient({ peer: "The server", wait });

  const paths = Array.from({ length: atOnce + 5 }, (_, index) => `/api/${index}`);
  await Promise.all(paths.map((path) => http.send({ method: "GET", url: `${url}${path}` })));

  expect(askedInPause[0]).toBe(atOnce);
  expect(asked.length).toBe(paths.length + 1);
});

test("has twenty requests under way at most, and ten writes", async () => {
  const underWay = { GET: 0, POST: 0 };
  const most = { GET: 0, POST: 0 };
  const url = await answering(async ({ method = "" }, response) => {
    const kind = method === "GET" ? "GET" : "POST";
    most[kind] = Math.max(most[kind], ++underWay[kind]);
    await new Promise((resolve) => setTimeout(resolve, 10));
    underWay[kind] -= 1;
    response.end('{"Id":"Spaces-1"}');
  });
  const client = createOctopusClient({ url, apiKey: "API-X" });

  const all = Array.from({ length: 60 }, (_, index) => index);
  await Promise.all(all.map((index) => client.get(`/spaces/${index}`)));
  await Promise.all(all.map(() => client.post("/spaces", {})));

  expect(most).toEqual({ GET: 20, POST: 10 });
});

test("asks once for what two want to know at the same time, and again after a write", async () => {
  const asked: string[] = [];
  const url = await answering(({ method, url: path }, response) => {
    asked.push(`${method} ${path}`);
    setTimeout(() => response.end('{"Id":"Spaces-1"}'), 10);
  });
  const client = createOctopusClient({ url, apiKey: "API-X" });
  const read = () => client.get("/spaces/Spaces-1");

  await Promise.all([read(), read()]);
  await read();
  await Promise.all([read(), client.put("/spaces/Spaces-1", { Id: "Spaces-1" }), read()]);

  const one = "GET /api/spaces/Spaces-1";
  expect(asked.toSorted()).toEqual([one, one, one, one, "PUT /api/spaces/Spaces-1"]);
});

test("tells a conflict from other refusals", async () => {
  const url = await answering((_request, response) =>
    response.writeHead(409).end('{"ErrorMessage":"Somebody was faster."}'),
  );

  await expect(createOctopusClient({ url, apiKey: "API-X" }).post("/spaces", {})).rejects.toBeInstanceOf(ConflictError);
});

test.each(["octopus.example.com", "ftp://octopus", ""])("refuses the address %j", (url) => {
  expect(() => createOctopusClient({ url, apiKey: "API-X" })).toThrow(
    /is no address\. Use one that begins with https:\/\//,
  );
});

test.each(["https://octopus/", "https://octopus/api", "https://octopus/app", "https://octopus/app#/Spaces-1/projects"])(
  "takes %s for https://octopus",
  (url) => {
    expect(createOctopusClient({ url, apiKey: "API-X" }).url).toBe("https://octopus");
  },
);

test("says who asks, in which space, and which document it writes back without what the server alone has", async () => {
  const { url, apiKey } = await startOctopus();
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const asked: { userAgent: string; body: unknown }[] = [];
  onTestFinished(
    observeExchanges(({ method, userAgent, body }) => {
      if (method !== "GET") asked.push({ userAgent, body });
    }),
  );
  const [group] = await space.list("/projectgroups");
  const [lifecycle] = await space.list("/lifecycles");

  const made = await space.post("/projects", {
    Name: "Web",
    ProjectGroupId: group?.Id ?? "",
    LifecycleId: lifecycle?.Id ?? "",
  });
  await space.put(`/projects/${made.Id}`, { ...made, Description: "Shows pages" });
  const settings = await space.get(`/projects/${made.Id}/deploymentsettings`);
  await space.put(`/projects/${made.Id}/deploymentsettings`, settings);

  expect(asked.map(({ userAgent }) => userAgent)).toEqual(["managed-spaces", "managed-spaces", "managed-spaces"]);
  const [creation, change, other] = asked.map(({ body }) => body);
  expect(creation).toMatchObject({ Name: "Web", SpaceId: "Spaces-1" });
  expect(change).toMatchObject({
    Id: made.Id,
    ProjectId: made.Id,
    SpaceId: "Spaces-1",
    Slug: "web",
    Description: "Shows pages",
  });
  for (const field of ["Links", "VariableSetId", "DeploymentProcessId"]) {
    expect(made).toHaveProperty(field);
    expect(change).not.toHaveProperty(field);
  }
  expect(other).toMatchObject({ ProjectId: made.Id, SpaceId: "Spaces-1" });
  expect(other).not.toHaveProperty("Links");
});
