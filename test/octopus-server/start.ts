import { parseArgs } from "node:util";
import * as z from "zod";
import { faultPlanSchema, type FaultPlan } from "./faults/fault-plan.ts";
import { createOctopusServer } from "./octopus-server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8066" },
    "api-key": { type: "string" },
    empty: { type: "boolean" },
    "no-worker": { type: "boolean" },
    name: { type: "string" },
    faults: { type: "string" },
  },
});
const server = createOctopusServer({
  worker: values["no-worker"] !== true,
  ...(values["api-key"] === undefined ? {} : { apiKey: values["api-key"] }),
  ...(values.name === undefined ? {} : { name: values.name }),
});
const faults = parseFaults(values.faults ?? "{}");

try {
  const url = await server.listen(parsePort(values.port));
  if (values.empty !== true) await addEnvironments(url);
  server.setFaults(faults);
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

/** A plan as `POST /__local/faults` takes it. */
function parseFaults(text: string): FaultPlan {
  try {
    return faultPlanSchema.parse(JSON.parse(text));
  } catch (error) {
    const problems = error instanceof z.ZodError ? error.issues.map(problemOf) : [String(error)];
    console.error(
      `Failed to read the fault plan "${text}": ${problems.join("; ")}. The README beside start.ts has plans.`,
    );
    process.exit(1);
  }
}

function problemOf({ path, message }: z.core.$ZodIssue): string {
  return `${path.join(".")}: ${message}`;
}

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
