import type { TerraformForm } from "../form.ts";

export const oidcIdentity: TerraformForm = { lacking: "service accounts come with the REST engine alone" };
