import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { step } from "../../steps/serialize-project/step.ts";
import { startOctopus } from "../steps/managed-tenants.ts";
import { startProxy } from "./proxy.ts";
import { failureOf, nodes, renderRealStep, type Flavor, type RealStep } from "./real-step.ts";

let serialize: RealStep;

beforeAll(async () => {
  serialize = await renderRealStep("serialize-project", step);
  return () => serialize.remove();
});

/** A server with a project, at a name that nobody but a proxy can look up. */
async function startHidden(): Promise<{ port: number; parameters: Record<string, string> }> {
  const { url, apiKey, api } = await startOctopus();
  const [lifecycle] = await api.list("/lifecycles");
  const [group] = await api.list("/projectgroups");
  await api.post("/projects", { Name: "Hello World", LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
  const parameters = { serverUrl: "http://octopus.test", apiKey, space: "Spaces-1", project: "Hello World" };
  return { port: Number(new URL(url).port), parameters: { ...parameters, onlyPlan: "True" } };
}

/** Serves TLS in front of a port. @returns the certificate's file */
async function startTls(targetPort: number): Promise<{ port: number; certificate: string }> {
  const directory = mkdtempSync(join(tmpdir(), "tls-"));
  const [key, certificate] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const subject = ["-subj", "/CN=octopus.test", "-addext", "subjectAltName=DNS:octopus.test"];
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key, "-out", certificate];
  execFileSync("openssl", [...request, ...subject], { stdio: "ignore" });
  const options = { key: readFileSync(key), cert: readFileSync(certificate) };
  const server = createTlsServer(options, (socket) => {
    const target = connect(targetPort, "127.0.0.1");
    for (const side of [socket, target]) side.on("error", () => target.destroy());
    socket.pipe(target);
    target.pipe(socket);
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === "object" && address !== null ? address.port : 0, certificate };
}

const flavors: Flavor[] = ["inline", "packaged"];
const through = nodes.flatMap((node) => flavors.map((flavor) => [node, flavor] as const));

test.each(through)(
  "on %s, the %s step sends plain requests to a proxy that tunnels to 443 alone",
  async (node, flavor) => {
    const { port, parameters } = await startHidden();
    const proxy = await startProxy({ targetPort: port, credentials: "worker:pass word", tunnelPorts: ["443"] });
    const env = proxyEnvironment(proxy.port, "worker:pass%20word");

    const result = await serialize.run({ flavor, node, parameters, env });

    expect(failureOf(result)).toBeUndefined();
    expect(result).toMatchObject({ exitCode: 0 });
    expect(proxy.seen).toContain("http://octopus.test/api");
    expect(proxy.seen.join("\n")).not.toContain("CONNECT");
  },
);

test.each(flavors)(
  "the %s step says that the proxy refuses its credentials, and does not show them",
  async (flavor) => {
    const { port, parameters } = await startHidden();
    const proxy = await startProxy({ targetPort: port, credentials: "worker:right" });
    const node = nodes.includes("node-24") ? "node-24" : undefined;
    const env = proxyEnvironment(proxy.port, "worker:wr0ng-s3cret");

    const result = await serialize.run({ flavor, ...(node !== undefined && { node }), parameters, env });

    expect(result.exitCode).toBe(1);
    expect(failureOf(result)).toContain(`the proxy 127.0.0.1:${proxy.port} refused`);
    expect(failureOf(result)).toContain("HTTP_PROXY");
    expect(result.stdout + result.stderr).not.toContain("wr0ng-s3cret");
  },
);

test("a step says that nothing listens where the proxy should be", async () => {
  const { parameters } = await startHidden();
  const result = await serialize.run({ flavor: "packaged", parameters, env: proxyEnvironment(1, "worker:s3cret") });

  expect(result.exitCode).toBe(1);
  expect(failureOf(result)).toContain("the proxy 127.0.0.1:1");
  expect(result.stdout + result.stderr).not.toContain("s3cret");
});

test.each(nodes)("on %s, TLS through a proxy is checked against the authority that the worker names", async (node) => {
  const { port, parameters } = await startHidden();
  const tls = await startTls(port);
  const proxy = await startProxy({ targetPort: tls.port, credentials: "worker:s3cret", tunnelPorts: ["443"] });
  const secure = { ...parameters, serverUrl: "https://octopus.test" };
  const env = proxyEnvironment(proxy.port, "worker:s3cret");

  const untrusted = await serialize.run({ flavor: "packaged", node, parameters: secure, env });
  const trusted = await serialize.run({
    flavor: "packaged",
    node,
    parameters: secure,
    env: { ...env, NODE_EXTRA_CA_CERTS: tls.certificate },
  });

  expect(failureOf(untrusted)).toContain("its TLS certificate is not trusted by this worker. Set NODE_EXTRA_CA_CERTS");
  expect(failureOf(trusted)).toBeUndefined();
  expect(new Set(proxy.seen)).toEqual(new Set(["CONNECT octopus.test:443"]));
});

test("a proxy that gives no tunnel is named, with its answer", async () => {
  const { port, parameters } = await startHidden();
  const proxy = await startProxy({ targetPort: port, tunnelPorts: ["443"] });
  const secure = { ...parameters, serverUrl: "https://octopus.test:8443" };

  const result = await serialize.run({ flavor: "inline", parameters: secure, env: proxyEnvironment(proxy.port) });

  expect(failureOf(result)).toContain(`the proxy 127.0.0.1:${proxy.port} refused to connect to it (403)`);
});

test.each(nodes)("on %s, what NO_PROXY names with a port, after a space, is reached directly", async (node) => {
  const { port, parameters } = await startHidden();
  const direct = { ...parameters, serverUrl: `http://127.0.0.1:${port}` };
  const names = ["NO_PROXY", "no_proxy"].map((name) => [name, `octopus.test 127.0.0.1:${port}`]);
  // Nothing listens there; whoever asks Node.js itself to use proxies is not asked twice.
  const env = { ...proxyEnvironment(1), ...Object.fromEntries(names), NODE_USE_ENV_PROXY: "1" };

  const result = await serialize.run({ flavor: "inline", node, parameters: direct, env });

  expect(failureOf(result)).toBeUndefined();
});

function proxyEnvironment(port: number, credentials?: string): Record<string, string> {
  const address = `http://${credentials === undefined ? "" : `${credentials}@`}127.0.0.1:${port}`;
  const own = { HTTP_PROXY: address, HTTPS_PROXY: address, NO_PROXY: "127.0.0.1,localhost" };
  // Both spellings, so that nothing of the machine that runs the tests shows through.
  return { ...own, ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toLowerCase(), value])) };
}
