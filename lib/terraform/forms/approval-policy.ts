import type { TerraformForm } from "../form.ts";

export const approvalPolicy: TerraformForm = { lacking: "the provider has no approval policies" };
