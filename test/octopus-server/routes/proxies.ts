import { numberOf, textOf, type Fields } from "../model/fields.ts";
import { createCrud } from "./crud.ts";
import { badRequest, type Route } from "./route.ts";
import { whyUsed } from "./usage.ts";

const proxies = createCrud({
  kind: "proxies",
  path: "/api/{space}/proxies",
  itemType: "Proxy",
  noun: "proxy",
  fields: { Name: "", Host: "", Port: 80, Username: "", Password: null, ProxyType: "HTTP" },
  sensitiveFields: ["Password"],
  naming: { slugs: false },
  validate: checkProxy,
  inUse: (proxy, call) => whyUsed(proxy, call, ["machines", "workers"]),
  permissions: { view: "ProxyView", create: "ProxyCreate", edit: "ProxyEdit", delete: "ProxyDelete" },
});

export const proxiesRoutes: Route[] = proxies.routes;

/** Docs, proxies; the sentences are assumed. */
function checkProxy(fields: Fields): void {
  if (textOf(fields, "Host") === "") throw badRequest("Please provide a value for Host.");
  if (numberOf(fields, "Port") < 0 || numberOf(fields, "Port") > 65_535)
    throw badRequest("The Port must be between 0 and 65535.");
  if (textOf(fields, "ProxyType") !== "HTTP")
    throw badRequest(`The proxy type '${textOf(fields, "ProxyType")}' is not valid.`);
}
