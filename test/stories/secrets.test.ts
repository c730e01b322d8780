import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { step as deployProject } from "../../steps/deploy-project/step.ts";
import type { ScriptResult } from "../bundle/worker.ts";
import { startDeployments } from "../steps/deployment-stage.ts";
import { failureOf, renderRealStep, type RealStep } from "./real-step.ts";

const password = `s3ntinel "quoted" \\ ü / + \${x}\nsecond s3ntinel line\n`;

let deploy: RealStep;

beforeAll(async () => {
  deploy = await renderRealStep("deploy-project", deployProject);
  return () => deploy.remove();
});

/** A server that says in its refusals all that it was sent, as a badly written plugin or gateway might. */
async function startEcho(target: string): Promise<string> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = (await buffer(request)).toString("utf8");
      const { method = "GET", url = "" } = request;
      const key = String(request.headers["x-octopus-apikey"]);
      if (method === "PUT" && url.includes("/variables/variableset-Projects")) {
        const answer = { ErrorMessage: `Cannot read ${body} of ${key}`, Errors: [encodeURIComponent(key)] };
        return void response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify(answer));
      }
      const headers = { "x-octopus-apikey": key, "content-type": "application/json" };
      const answer = await fetch(`${target}${url}`, { method, headers, ...(body !== "" && { body }) });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

test("a server that echoes secrets in its refusals cannot make a step show them", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const url = await startEcho(stage.url);
  const receiptKey = "s3ntinel receipt key";

  const result = await deploy.run({
    flavor: "inline",
    parameters: { serverUrl: url, apiKey: stage.apiKey, spaceId: stage.downstreamId, receiptKey },
    variables: { "Database.Password": password, "Api.Token": "s3ntinel-token", ...packageVariables(brought) },
  });

  expect(result.exitCode).toBe(1);
  expect(failureOf(result)).toMatch(/Octopus at \S+ refused PUT/);
  const shown = textsOf(result).join("\n");
  expect(shown).not.toContain("s3ntinel");
  expect(shown).not.toContain(Buffer.from("s3ntinel-token").toString("base64"));
  expect(shown).not.toContain(stage.apiKey);
});

/** All that anybody could read: the lines, and what the messages for Octopus hold, but for the masks themselves. */
function textsOf({ stdout, stderr, messages }: ScriptResult): string[] {
  const told = messages.filter(({ name }) => name !== "mask").flatMap(({ attributes }) => Object.values(attributes));
  return [...[stdout, stderr].map((text) => text.replaceAll(/^##octopus\[mask .*$/gm, "")), ...told];
}

function packageVariables({
  id,
  version,
  path,
}: {
  id: string;
  version: string;
  path: string;
}): Record<string, string> {
  const prefix = "Octopus.Action.Package[DeployProject.Package]";
  return { [`${prefix}.PackageId`]: id, [`${prefix}.PackageVersion`]: version, [`${prefix}.ExtractedPath`]: path };
}
