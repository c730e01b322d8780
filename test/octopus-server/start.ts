import { parseArgs } from "node:util";
import { createOctopusServer } from "./octopus-server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8066" },
    "api-key": { type: "string" },
    empty: { type: "boolean" },
    "no-worker": { type: "boolean" },
    name: { type: "string" },
  },
});
const server = createOctopusServer({
  worker: values["no-worker"] !== true,
  ...(values["api-key"] === undefined ? {} : { apiKey: values["api-key"] }),
  ...(values.name === undefined ? {} : { name: values.name }),
});

try {
  const url = await server.listen(parsePort(values.port));
  if (values.empty !== true) await addEnvironments(url);
  console.log(`The local Octopus listens at ${url}\nAPI key: ${server.apiKey}\nStop it with Ctrl-C.`);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(
    `Failed to start the local Octopus on port "${values.port}": ${reason}. Choose another port with --port.`,
  );
  process.exit(1);
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void server.close().then(() => process.exit(0)));

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error("a port is a whole number from 0 to 65535");
  return port;
}

async function addEnvironments(address: string): Promise<void> {
  for (const name of ["Development", "Test", "Production"]) {
    await fetch(`${address}/api/Spaces-1/environments`, {
      method: "POST",
      headers: { "X-Octopus-ApiKey": server.apiKey, "Content-Type": "application/json" },
      body: JSON.stringify({ Name: name }),
    });
  }
}
