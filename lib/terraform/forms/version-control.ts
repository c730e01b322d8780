import type { TerraformForm } from "../form.ts";

export const versionControl: TerraformForm = {
  saidIn: "the project's resource, which has a block of persistence settings",
};
