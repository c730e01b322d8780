import { expect, test } from "vitest";
import { proxyFor } from "../../../lib/http/proxy.ts";

const proxied = {
  HTTPS_PROXY: "http://user:secret@proxy:3128",
  NO_PROXY: "127.0.0.1,localhost,.internal,*.corp.example",
};

test.each([
  ["https://octopus.example", "proxy:3128"],
  ["http://octopus.example", undefined],
  ["https://127.0.0.1", undefined],
  ["https://octopus.internal", undefined],
  ["https://octopus.corp.example", undefined],
  ["https://internal.example", "proxy:3128"],
])("%s goes through %s", (url, expected) => {
  expect(proxyFor(new URL(url), proxied)?.host).toBe(expected);
});

test("reads the lower-case names too, and * as everything", () => {
  expect(proxyFor(new URL("https://octopus.example"), { https_proxy: "http://proxy:1" })?.host).toBe("proxy:1");
  expect(
    proxyFor(new URL("https://octopus.example"), { https_proxy: "http://proxy:1", no_proxy: "*" }),
  ).toBeUndefined();
});
