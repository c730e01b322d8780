import { commandLineHelp, readCommandLine, StartError, type CommandLine } from "./command-line.ts";
import type { FleetPlan } from "./fleet/fleet-plan.ts";
import { seedFleet } from "./fleet/seed-fleet.ts";
import { createOctopusServer, type OctopusServer } from "./octopus-server.ts";

try {
  const line = readCommandLine(process.argv.slice(2));
  if (line.wantsHelp) console.log(commandLineHelp);
  else await start(line);
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function start({ port, isEmpty, spaces, faults, options }: CommandLine): Promise<void> {
  const server = createOctopusServer(options);
  if (spaces > 0) await seedFleet(server, fleetToPlayWith(spaces));
  const url = await server.listen(port).catch((error: unknown) => {
    throw listenError(error, port);
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop(server));
  if (!isEmpty) await addEnvironments(server, url);
  server.setFaults(faults);
  console.log(`The local Octopus listens at ${url}\nAPI key: ${server.apiKey}\nStop it with Ctrl-C.`);
}

/** Each ninth space does badly, and in each seventh a machine is gone. */
function fleetToPlayWith(spaces: number): FleetPlan {
  return {
    spaces,
    nameOf: (space) => `Customer ${String(space).padStart(3, "0")}`,
    healthOf: ({ space, number }) => (space % 7 === 0 && number === 1 ? "Unavailable" : "Healthy"),
    history: { tasks: spaces * 40, failing: (space) => (space % 9 === 0 ? 0.4 : 0.03), queued: 2, executing: 1 },
  };
}

/** Running tasks are ended first, with all that they started; a second Ctrl-C does not wait for that. */
async function stop(server: OctopusServer): Promise<void> {
  await server.close();
  process.exit(0);
}

function listenError(error: unknown, port: number): StartError {
  const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  const reason = isTaken ? "another program listens there" : error instanceof Error ? error.message : String(error);
  return new StartError(
    `Failed to start the local Octopus on port "${port}": ${reason}. Choose another port with --port, or 0 for a free one.`,
  );
}

async function addEnvironments(server: OctopusServer, url: string): Promise<void> {
  for (const name of ["Development", "Test", "Production"]) {
    await fetch(`${url}/api/Spaces-1/environments`, {
      method: "POST",
      headers: { "X-Octopus-ApiKey": server.apiKey, "Content-Type": "application/json" },
      body: JSON.stringify({ Name: name }),
    });
  }
}
