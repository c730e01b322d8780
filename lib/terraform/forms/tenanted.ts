import type { FieldForms } from "../plain-form.ts";

/** For which tenants something is. */
export const tenanted: FieldForms = {
  TenantedDeploymentParticipation: "tenanted_deployment_participation",
  TenantIds: "tenants",
  TenantTags: "tenant_tags",
};
