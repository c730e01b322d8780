import type { TerraformForm } from "../form.ts";

export const subscription: TerraformForm = { lacking: "subscriptions come with the REST engine alone" };
