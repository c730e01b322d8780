import { parseArgs } from "node:util";
import { createOctopusServer } from "./octopus-server.ts";

const { values } = parseArgs({ options: { port: { type: "string" }, "api-key": { type: "string" }, empty: { type: "boolean" }, "no-worker": { type: "boolean" } } });
const server = createOctopusServer({ worker: values["no-worker"] !== true, ...(values["api-key"] === undefined ? {} : { apiKey: values["api-key"] }) });
const url = await server.listen(Number(values.port ?? 8066));
if (values.empty !== true) await addEnvironments(url);
console.log(`The local Octopus listens at ${url}\nAPI key: ${server.apiKey}\nStop it with Ctrl-C.`);

process.once("SIGINT", () => void server.close().then(() => process.exit(0)));
process.once("SIGTERM", () => void server.close().then(() => process.exit(0)));

async function addEnvironments(address: string): Promise<void> {
  for (const name of ["Development", "Test", "Production"]) {
    await fetch(`${address}/api/Spaces-1/environments`, {
      method: "POST",
      headers: { "X-Octopus-ApiKey": server.apiKey, "Content-Type": "application/json" },
      body: JSON.stringify({ Name: name }),
    });
  }
}
