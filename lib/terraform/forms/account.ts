import type { TerraformForm } from "../form.ts";

export const account: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_accounts",
    collection: "accounts",
    label: "account",
    details: { AccountType: "account_type" },
  },
};
