import { randomBytes } from "node:crypto";
import { textOf, type Fields } from "../model/fields.ts";
import { requireBody } from "./binding.ts";
import { createCrud } from "./crud.ts";
import { since, type Call } from "./route.ts";

const monitors = createCrud({
  kind: "kubernetesmonitors",
  path: "/api/{space}/observability/kubernetes-monitors",
  itemType: "KubernetesMonitor",
  noun: "Kubernetes monitor",
  fields: { InstallationId: "", MachineId: "" },
  naming: { slugs: false },
  references: { MachineId: "machines" },
  without: ["list", "all", "create", "get", "replace"],
});

/** Monitors of Kubernetes agents can be registered; nothing reports to them here. Since when: the Terraform provider. */
export const observabilityRoutes = since("2025.3", [
  {
    method: "POST",
    path: "/api/{space}/observability/kubernetes-monitors",
    permission: "MachineEdit",
    handle: (call) => ({ status: 201, body: register(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/observability/kubernetes-monitors/{id}",
    permission: "MachineView",
    handle: (call) => ({ body: { Resource: monitors.show(monitors.find(call.params["id"] ?? "", call), call) } }),
  },
  ...monitors.routes,
]);

/** The token is told once (go-octopusdeploy, `RegisterKubernetesMonitorResponse`). */
function register(call: Call): Fields {
  const monitor = monitors.create(requireBody(call.body), call);
  return {
    Resource: monitors.show(monitor, call),
    AuthenticationToken: randomBytes(24).toString("base64url"),
    CertificateThumbprint:
      textOf(call.model.collection("machines").find(textOf(monitor, "MachineId")) ?? {}, "Thumbprint") ||
      randomBytes(20).toString("hex").toUpperCase(),
  };
}
