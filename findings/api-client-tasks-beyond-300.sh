#!/usr/bin/env bash
# @octopusdeploy/api-client asks for tasks in batches of 300 ids, and moves `skip` along with them. Each batch names its own ids, of which there
# are never more than 300, so that the second one skips all that it asks for.
# Seen: for 301 tasks the second request has one id and skip=300. A server that skips as it is told gives no task, and waiting for the
# tasks ends at once with "Unknown task Id(s)".
# What to do: wait for at most 300 tasks at a time.
set -euo pipefail
package=@octopusdeploy/api-client@3.11.0
expected='300 ids, skip 0, take 300
1 ids, skip 300, take 300
Unknown task Id(s) ServerTasks-301'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "$package"

cat >program.cjs <<'PROGRAM'
const { createServer } = require("node:http");
const { Client, ServerTaskWaiter } = require("@octopusdeploy/api-client");

const ids = Array.from({ length: 301 }, (_, index) => `ServerTasks-${index + 1}`);
const batches = [];

/** As much of an Octopus Server as lists tasks: those that `ids` names, of them those after the first `skip`, of them `take`. */
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer(pathname, searchParams)));
});

function answer(path, query) {
  if (path === "/api") return { Version: "2026.3.1" };
  if (path === "/api/spaces") return { Items: [{ Id: "Spaces-1", Name: "Default" }], TotalResults: 1 };
  const [named, skip, take] = [query.getAll("ids").flatMap((text) => text.split(",")), ...["skip", "take"].map((name) => Number(query.get(name)))];
  batches.push(`${named.length} ids, skip ${skip}, take ${take}`);
  const items = named.slice(skip, skip + take).map((Id) => ({ Id, IsCompleted: true }));
  return { Items: items, TotalResults: named.length };
}

async function main() {
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const instanceURL = `http://127.0.0.1:${server.address().port}`;
  const client = await Client.create({ instanceURL, apiKey: "API-EXAMPLE", userAgentApp: "finding" });
  const waiter = new ServerTaskWaiter(client, "Default", { maxRetries: 0 });
  const end = await waiter.waitForServerTasksToComplete(ids, 10, 60_000).then(
    (tasks) => `${tasks.length} tasks`,
    (error) => error.message,
  );
  console.log([...new Set(batches)].join("\n"));
  console.log(end);
  server.closeAllConnections();
  server.close();
}
void main();
PROGRAM

seen=$(node program.cjs)
echo "$package"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "This has changed. It was:"; echo "$expected"; exit 1; }
