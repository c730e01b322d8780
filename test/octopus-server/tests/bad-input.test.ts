import { connect } from "node:net";
import { expect, test } from "vitest";
import { startLocalOctopus, type LocalOctopus } from "./local-octopus.ts";

/** POST of a body as it is. */
async function post(octopus: LocalOctopus, body: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${octopus.url}/api/Spaces-1/environments`, {
    method: "POST",
    headers: { "X-Octopus-ApiKey": octopus.server.apiKey, "Content-Type": "application/json" },
    body,
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

/** Bytes as they are, over a connection of their own. @returns all that comes back */
async function speak(octopus: LocalOctopus, text: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(new URL(octopus.url).port), "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    socket.on("error", reject).on("close", () => resolve(answer));
  });
}

test.each(["{", '{"Name":', "[1,", "\ufeff{}x", "{'Name':'A'}", "undefined"])("%s is no JSON", async (body) => {
  const octopus = await startLocalOctopus();
  expect(await post(octopus, body)).toMatchObject({ status: 400, body: { Errors: [expect.any(String)] } });
});

test.each(['"text"', "5", "null", "[]", "true", ""])("%s is no document", async (body) => {
  const octopus = await startLocalOctopus();
  expect(await post(octopus, body)).toMatchObject({
    status: 400,
    body: { Errors: ["The request body must be a JSON object."] },
  });
});

test("a body of 30 MB and more is refused", async () => {
  const octopus = await startLocalOctopus();
  const name = "x".repeat(30_000_000);
  expect(await post(octopus, JSON.stringify({ Name: name }))).toMatchObject({ status: 413 });
  expect((await octopus.get("environments")).body.Items).toEqual([]);
});

test("a server may take less, and says no word about it", async () => {
  const octopus = await startLocalOctopus({ maximumBytes: 100 });
  const refused = await octopus.post("environments", { Name: "A", Description: "x".repeat(100) });
  expect([refused.status, refused.body["Text"]]).toEqual([413, ""]);
  expect((await octopus.post("environments", { Name: "A" })).status).toBe(201);
});

test("JSON that is nested deeper than 64 is refused", async () => {
  const octopus = await startLocalOctopus();
  const nested = (depth: number): string => `{"Name":"A","ExtensionSettings":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  expect((await post(octopus, nested(100_000))).status).toBe(400);
  expect((await post(octopus, nested(60))).status).toBe(201);
});

test("names come back as they were sent, whatever is in them", async () => {
  const octopus = await startLocalOctopus();
  const names = ['"quotes"', "<b>", "a/b", "..", "#{Token}", "日本語 🐙", "tab\tnew\nline", "__proto__", "constructor"];
  for (const Name of names) await octopus.made("environments", { Name });
  const { Items } = (await octopus.get("environments?take=100")).body;
  expect(Items.map((item) => item.Name)).toEqual(expect.arrayContaining(names));
  for (const { Id, Name } of Items) expect((await octopus.get(`environments/${Id}`)).body["Name"]).toBe(Name);
  for (const name of names) {
    const found = await octopus.get(`environments?name=${encodeURIComponent(name)}`);
    expect(found.body.Items.map((item) => item.Name)).toEqual([name]);
  }
});

test("properties named like those of every object change nothing", async () => {
  const octopus = await startLocalOctopus();
  const answer = await post(octopus, '{"Name":"A","__proto__":{"Slug":"b"},"constructor":{"prototype":{"x":1}}}');
  expect([answer.status, "x" in {}]).toEqual([201, false]);
  await octopus.made("tenants", { Name: "Customer" });
  expect((await octopus.get("tenants?projectId=constructor")).body.Items).toEqual([]);
});

test.each(["../../Web.1.0.0.zip", "..\\Web.1.0.0.zip", "/etc/Web.1.0.0.zip", "Web.zip", "Web.1.0.0.exe", ""])(
  "a package cannot be called '%s'",
  async (name) => {
    const octopus = await startLocalOctopus();
    const answer = await octopus.upload("packages/raw", { name, bytes: new Uint8Array([1]) });
    expect(answer.status).toBe(400);
    expect((await octopus.get("packages")).body.Items).toEqual([]);
  },
);

test.each([
  ["take=-1", 400],
  ["skip=-5", 400],
  ["take=many", 400],
  ["take=0", 200],
  ["take=2147483647&skip=2147483647", 200],
  ["take=2147483648", 400],
  ["skip=99999999999999999999", 400],
  ["unknown=parameter&%F0%9F%90%99=1", 200],
])("a list asked for with %s answers %d", async (query, status) => {
  const octopus = await startLocalOctopus();
  expect((await octopus.get(`environments?${query}`)).status).toBe(status);
});

test("what is no HTTP gets an answer with a length, and the server goes on", async () => {
  const octopus = await startLocalOctopus();
  expect(await speak(octopus, "nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 .*content-length: \d+/s);
  const long = `GET /api?${"x".repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`;
  expect(await speak(octopus, long)).toMatch(/^HTTP\/1\.1 431 .*"Errors":/s);
  const trace = "TRACE /api HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
  expect(await speak(octopus, trace)).toMatch(/^HTTP\/1\.1 400 .*"ErrorMessage":/s);
  expect((await octopus.get("environments")).status).toBe(200);
});
