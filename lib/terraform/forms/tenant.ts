import { always, nothing, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainResource } from "../plain-form.ts";

/** Its projects are resources of their own, since they point to projects, which need not know it. */
export const tenant: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_tenants", collection: "tenants", label: "tenant" },
  resource: plainResource({
    label: "tenant",
    type: "octopusdeploy_tenant",
    fields: {
      Name: "name",
      Slug: slugOfName,
      Description: always("description"),
      IsDisabled: always("is_disabled", false),
      TenantTags: "tenant_tags",
      ProjectEnvironments: nothing,
    },
  }),
};
