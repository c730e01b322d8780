import type { TerraformForm } from "../form.ts";

export const scopedUserRole: TerraformForm = { lacking: "what teams may do comes with the REST engine alone" };
