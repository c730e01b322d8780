import { createCrud } from "./crud.ts";
import type { Route } from "./route.ts";
import { whyUsed } from "./usage.ts";

const proxies = createCrud({
  kind: "proxies",
  path: "/api/{space}/proxies",
  itemType: "Proxy",
  noun: "proxy",
  fields: { Name: "", Host: "", Port: 80, Username: "", Password: null, ProxyType: "HTTP" },
  sensitiveFields: ["Password"],
  naming: { slugs: false },
  inUse: (proxy, call) => whyUsed(proxy, call, ["machines", "workers"]),
  permissions: { view: "ProxyView", create: "ProxyCreate", edit: "ProxyEdit", delete: "ProxyDelete" },
});

export const proxiesRoutes: Route[] = proxies.routes;
