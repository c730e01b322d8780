import type { TerraformForm } from "../form.ts";

export const tenantVariables: TerraformForm = { lacking: "values of tenants come with the REST engine alone" };
