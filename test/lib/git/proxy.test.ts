import { expect, test } from "vitest";
import { editRepository } from "../../git-server/edit-repository.ts";
import { startProxy } from "../../stories/proxy.ts";
import { fetchedRepository, gitServer } from "./repositories.ts";

async function serverWithWeb(): Promise<{ port: number }> {
  const server = await gitServer();
  editRepository(server.createRepository("acme/web.git"), { files: { "a.md": "a\n" } });
  return { port: Number(new URL(server.url).port) };
}

/** The worker's environment with these settings alone, in whatever spelling. */
function workerWith(settings: Record<string, string>): Record<string, string | undefined> {
  return { PATH: process.env["PATH"], ...settings };
}

test.each(["HTTP_PROXY", "http_proxy", "ALL_PROXY"])("Git sends through the proxy that %s names", async (name) => {
  const { port } = await serverWithWeb();
  const proxy = await startProxy({ targetPort: port, tunnelPorts: ["443"] });
  const environment = workerWith({ [name]: `http://127.0.0.1:${proxy.port}` });

  await fetchedRepository({ url: "http://git.test/acme/web.git", environment });

  expect(proxy.seen[0]).toContain("http://git.test/acme/web.git/info/refs");
});

test.each([
  (port: number) => `127.0.0.1:${port}`,
  () => "git.test 127.0.0.1",
  () => "git.test,*",
  () => "git.test, 127.0.0.0/8",
])("Git goes past the proxy where the steps do: %#", async (exclude) => {
  const { port } = await serverWithWeb();
  const environment = workerWith({ HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: exclude(port) });

  const repository = await fetchedRepository({ url: `http://127.0.0.1:${port}/acme/web.git`, environment });

  expect(repository.remotes.size).toBe(1);
});

test("Git goes through the proxy where NO_PROXY names another port, and past it by a name with a star or a dot", async () => {
  const { port } = await serverWithWeb();
  const proxy = await startProxy({ targetPort: port });
  const through = workerWith({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: "127.0.0.1:1" });
  const past = workerWith({ HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "*.localhost" });

  await fetchedRepository({ url: `http://127.0.0.1:${port}/acme/web.git`, environment: through });
  await fetchedRepository({ url: `http://localhost:${port}/acme/web.git`, environment: past });

  expect(proxy.seen[0]).toContain(`http://127.0.0.1:${port}/acme/web.git/info/refs`);
});
