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

test.each([
  ["octopus.example:8080", "http://octopus.example:8080", true],
  ["octopus.example:8080", "http://octopus.example", false],
  ["octopus.example:80", "http://octopus.example", true],
  ["octopus.example:443", "https://octopus.example", true],
  [".corp.example:8080", "http://octopus.corp.example:8080", true],
  ["a b,octopus.example  c", "http://octopus.example", true],
  ["octopus.example.", "http://octopus.example", true],
  ["OCTOPUS.EXAMPLE", "http://octopus.example", true],
  ["example", "http://octopus.example", true],
  ["pus.example", "http://octopus.example", false],
  ["a,*", "http://octopus.example", true],
  ["*:8080", "http://octopus.example:8080", true],
  ["::1", "http://[::1]", true],
  ["::1", "http://[::1]:8080", true],
  ["[::1]", "http://[::1]:8080", true],
  ["[::1]:8080", "http://[::1]:8080", true],
  ["[::1]:8080", "http://[::1]", false],
  ["0:0:0:0:0:0:0:1", "http://[::1]", true],
  ["fd00::/8", "http://[fd12::5]", true],
  ["fd00::/8", "http://[fe80::5]", false],
  ["10.0.0.0/8", "http://10.1.2.3", true],
  ["10.0.0.0/8", "http://11.1.2.3", false],
  ["10.0.0.0/8", "http://octopus.example", false],
  ["10.0.0.0/abc", "http://10.1.2.3", false],
  ["1", "http://10.0.0.1", false],
  ["", "http://octopus.example", false],
  [",", "http://octopus.example", false],
])("NO_PROXY %j keeps %s off the proxy: %s", (excluded, url, isDirect) => {
  const found = proxyFor(new URL(url), {
    HTTP_PROXY: "http://proxy:1",
    HTTPS_PROXY: "http://proxy:1",
    NO_PROXY: excluded,
  });

  expect(found === undefined).toBe(isDirect);
});

test("an address without a scheme is one for http, ALL_PROXY is for what has none of its own, and a SOCKS proxy is none", () => {
  const url = new URL("http://octopus.example");

  expect(proxyFor(url, { HTTP_PROXY: "proxy:3128" })?.href).toBe("http://proxy:3128/");
  expect(proxyFor(url, { HTTP_PROXY: "http://proxy:1", ALL_PROXY: "http://proxy:2" })?.port).toBe("1");
  expect(proxyFor(url, { HTTPS_PROXY: "http://proxy:1", ALL_PROXY: "http://proxy:2" })?.port).toBe("2");
  expect(proxyFor(url, { ALL_PROXY: "socks5://proxy:1080" })).toBeUndefined();
});
