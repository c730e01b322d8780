import { expect, test } from "vitest";
import { startGiteaStandIn } from "../gitea-stand-in.ts";
import { checkContract } from "./check-contract.ts";
import { observeHostExchanges, type HostExchange } from "./host-exchanges.ts";
import type { HostContract } from "./read-host-contracts.ts";
import { startRecordingProxy } from "./recording-proxy.ts";

const contract: HostContract = {
  endpoints: [
    {
      method: "GET",
      path: "/repos/{owner}/{repo}/pulls",
      query: { state: { type: "string", enum: ["open", "all"] }, page: { type: "integer" } },
      status: [200],
      answer: { list: ["number", "title"] },
    },
    {
      method: "POST",
      path: "/repos/{owner}/{repo}/pulls",
      query: { "api-version": { type: "string", required: true } },
      body: {
        type: "object",
        fields: {
          title: { type: "string", required: true },
          target: { type: "object", fields: { name: { type: "string", required: true } } },
        },
      },
      status: [201],
      answer: ["number", "title"],
    },
    { method: "DELETE", path: "/repos/{owner}/{repo}/git/refs/{ref}", query: {}, status: [204] },
    { method: "DELETE", path: "/old/{id}", query: {}, status: [204] },
  ],
  listField: undefined,
  lackedElsewhere: new Set(["DELETE /old/{id}"]),
};

function check(request: string, more: Partial<HostExchange> = {}, from: HostContract = contract): string[] {
  const [method = "", address = ""] = request.split(" ");
  const { pathname: path, searchParams: query } = new URL(address, "http://host");
  return checkContract(from, {
    contract: "any",
    method,
    path,
    query,
    content: undefined,
    answer: undefined,
    ...more,
  });
}

test("what is as described is no breach, with a ref of several parts", () => {
  const created = { number: 1, title: "Update" };

  expect(check("GET /repos/acme/web/pulls?state=open&page=2", { answer: { status: 200, body: [created] } })).toEqual(
    [],
  );
  expect(
    check("POST /repos/acme/web/pulls?api-version=7.1", {
      content: { title: "Update", target: { name: "main" } },
      answer: { status: 201, body: created },
    }),
  ).toEqual([]);
  expect(check("DELETE /repos/acme/web/git/refs/heads/feature/a", { answer: { status: 204 } })).toEqual([]);
  // Descriptions do not tell what a refusal looks like.
  expect(check("GET /repos/acme/web/pulls", { answer: { status: 418, body: { whatever: 1 } } })).toEqual([]);
});

test("a request that is otherwise is told: its route, its parameters, its fields", () => {
  expect(check("GET /repos/acme/web/pulls/1/diff")).toEqual([
    "GET /repos/acme/web/pulls/1/diff: the route is not documented",
  ]);
  expect(check("DELETE /repos/acme/web/pulls")).toHaveLength(1);
  expect(check("GET /repos/acme/web/pulls?state=closed&page=x&head=a", { content: { a: 1 } })).toEqual([
    "GET /repos/{owner}/{repo}/pulls: query state is none of open, all",
    "GET /repos/{owner}/{repo}/pulls: query page is no integer",
    "GET /repos/{owner}/{repo}/pulls: query head is not documented",
    "GET /repos/{owner}/{repo}/pulls: body is not documented",
  ]);
  expect(check("POST /repos/acme/web/pulls", { content: { title: null, target: {}, draft: true } })).toEqual([
    "POST /repos/{owner}/{repo}/pulls: query api-version is missing",
    "POST /repos/{owner}/{repo}/pulls: body title is missing",
    "POST /repos/{owner}/{repo}/pulls: body target.name is missing",
    "POST /repos/{owner}/{repo}/pulls: body draft is not documented",
  ]);
  expect(check("POST /repos/acme/web/pulls?api-version=7.1")).toEqual([
    "POST /repos/{owner}/{repo}/pulls: body title is missing",
  ]);
  expect(check("DELETE /old/1")).toEqual(["DELETE /old/{id}: the route is lacking in another edition"]);
});

test("an answer that is otherwise is told: its status, its fields, its list", () => {
  const list = "GET /repos/acme/web/pulls";

  expect(check(list, { answer: { status: 201, body: [{ number: 1, draft: false }] } })).toEqual([
    "GET /repos/{owner}/{repo}/pulls: the answer's status 201 is not documented",
    "GET /repos/{owner}/{repo}/pulls: the answer's field draft is not documented",
  ]);
  expect(check(list, { answer: { status: 200, body: { value: [] } } })).toEqual([
    "GET /repos/{owner}/{repo}/pulls: the answer is no list",
  ]);
  expect(
    check(
      list,
      { answer: { status: 200, body: { count: 1, value: [{ id: 1 }] } } },
      { ...contract, listField: "value" },
    ),
  ).toEqual(["GET /repos/{owner}/{repo}/pulls: the answer's field id is not documented"]);
});

test("of a host that is real a proxy tells, which changes nothing", async ({ onTestFinished }) => {
  const { standIn } = await startGiteaStandIn();
  onTestFinished(() => standIn.close());
  standIn.tokens.set("barry", { login: "barry", scopes: ["write:user"] });
  const proxy = await startRecordingProxy(standIn.server.url, { contract: "real", prefix: "/api/v1" });
  onTestFinished(() => proxy.close());
  const told: HostExchange[] = [];
  onTestFinished(observeHostExchanges((exchange) => void told.push(exchange)));
  const content = { name: "web", private: true };

  const answer = await fetch(`${proxy.url}/api/v1/user/repos`, {
    method: "POST",
    headers: { authorization: "token barry", "content-type": "application/json" },
    body: JSON.stringify(content),
  });
  await answer.text();
  await fetch(`${proxy.url}/barry/web.git/info/refs?service=git-upload-pack`);

  const real = told.filter((exchange) => exchange.contract === "real");
  expect(answer.status).toBe(201);
  expect(real.map(({ method, path, content: sent, answer: answered }) => [method, path, sent, answered])).toEqual([
    ["POST", "/user/repos", content, undefined],
  ]);
});
