import type { TerraformForm } from "../form.ts";

export const user: TerraformForm = { lacking: "users come with the REST engine alone" };
