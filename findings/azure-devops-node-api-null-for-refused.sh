#!/usr/bin/env bash
# `azure-devops-node-api`, Microsoft's client of Azure DevOps, resolves with null where the server did not do what was asked: for a repository that is not
# there, also when something is to be made in it, and for the sign-in page with status 203 with which Azure DevOps answers whoever is not signed in.
# Seen: getRepository and createPullRequest resolve with null for a 404 and for a 203 with a page; nothing is thrown.
# What to do: take null for a failure after every call; which failure it was, only the status of a request of one's own tells.
set -euo pipefail
package=azure-devops-node-api@17.0.1
expected='404: getRepository resolves with null
404: createPullRequest resolves with null
203: getRepository resolves with null
203: createPullRequest resolves with null'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "$package" >/dev/null

cat >ask.mjs <<'PROGRAM'
import { createServer } from "node:http";
import { getPersonalAccessTokenHandler, WebApi } from "azure-devops-node-api";

// The client asks for the addresses of routes first: where areas are told, and the two routes of Git that are asked here.
const areas = "e81700f7-3be2-46de-8624-2eb35882fcaa";
const routes = [
  ["225f7195-f9c7-4d14-ab28-a83f7ff77e1f", "{project}/_apis/git/repositories/{repositoryId}"],
  ["9946fd70-0d40-406e-b686-b4744cbbcc37", "{project}/_apis/git/repositories/{repositoryId}/pullRequests"],
];
const location = (area, [id, routeTemplate]) => ({
  id, area, resourceName: area, routeTemplate,
  resourceVersion: 1, minVersion: "1.0", maxVersion: "7.2", releasedVersion: "7.2",
});
let status = 404;
const server = createServer((request, response) => {
  const json = (value, code = 200) => {
    response.writeHead(code, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
  const list = (value) => json({ count: value.length, value });
  if (request.method === "OPTIONS" && request.url.endsWith("/Location"))
    return list([location("Location", [areas, "_apis/resourceAreas"])]);
  if (request.method === "OPTIONS") return list(routes.map((route) => location("git", route)));
  if (request.url.endsWith("/_apis/resourceAreas")) return list([]);
  if (status === 404) return json({ message: "TF401019: The Git repository does not exist." }, 404);
  response.writeHead(203, { "content-type": "text/html" });
  response.end("<html><title>Sign In</title></html>");
});
server.listen(0, "127.0.0.1", async () => {
  const url = `http://127.0.0.1:${server.address().port}/acme`;
  const git = await new WebApi(url, getPersonalAccessTokenHandler("token")).getGitApi();
  for (status of [404, 203])
    for (const [name, ask] of Object.entries({
      getRepository: () => git.getRepository("web", "shop"),
      createPullRequest: () => git.createPullRequest({ title: "Update" }, "web", "shop"),
    }))
      console.log(await ask().then(
        (answer) => `${status}: ${name} resolves with ${JSON.stringify(answer)}`,
        (error) => `${status}: ${name} is rejected: ${error.message}`,
      ));
  server.close();
});
PROGRAM

seen=$(node ask.mjs)
echo "$package, Node.js $(node --version)"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "This has changed. It was:"; echo "$expected"; exit 1; }
