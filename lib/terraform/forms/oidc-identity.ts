import type { TerraformForm } from "../form.ts";

export const oidcIdentity: TerraformForm = { lacking: "what a service account of the server trusts is not a space's" };
