import type { TerraformForm } from "../form.ts";

export const retentionPolicy: TerraformForm = { lacking: "default retention policies come with the REST engine alone" };
