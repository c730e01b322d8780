import type { TerraformForm } from "../form.ts";

/** The provider has no data source for one, so that a variable has its id. */
export const gitHubConnection: TerraformForm = { asksForId: "github_connection" };
