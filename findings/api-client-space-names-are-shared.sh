#!/usr/bin/env bash
# @octopusdeploy/api-client remembers the id of a space by the space's name alone, for the whole process and not for each client.
# A program that works with two Octopus instances which both have a space of that name (every instance begins with a "Default")
# asks the second instance for the id that the space has on the first.
# Seen: the second client's request goes to /api/Spaces-1/projects, though its own server said that "Default" is Spaces-42.
# What to do: one process an instance, or paths with the space's id instead of `spaceName`.
set -euo pipefail
package=@octopusdeploy/api-client@3.11.0
expected='one asks /api/Spaces-1/projects
two asks /api/Spaces-1/projects'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "$package"

cat >program.cjs <<'PROGRAM'
const { createServer } = require("node:http");
const { Client, ProjectRepository } = require("@octopusdeploy/api-client");

/** As much of an Octopus Server as lists one space, "Default", and no projects; `asked` has the paths of the lists of projects. */
async function startInstance(spaceId, asked) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname.endsWith("/projects")) asked.push(pathname);
    const items = pathname === "/api/spaces" ? [{ Id: spaceId, Name: "Default" }] : [];
    const answer = pathname === "/api" ? { Version: "2026.3.1" } : { Items: items, TotalResults: items.length };
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

async function main() {
  for (const [name, spaceId] of Object.entries({ one: "Spaces-1", two: "Spaces-42" })) {
    const asked = [];
    const server = await startInstance(spaceId, asked);
    const instanceURL = `http://127.0.0.1:${server.address().port}`;
    const client = await Client.create({ instanceURL, apiKey: "API-EXAMPLE", userAgentApp: "finding" });
    await new ProjectRepository(client, "Default").list();
    console.log(`${name} asks ${asked.join(" ")}`);
    server.closeAllConnections();
    server.close();
  }
}
void main();
PROGRAM

seen=$(node program.cjs)
echo "$package"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "This has changed. It was:"; echo "$expected"; exit 1; }
