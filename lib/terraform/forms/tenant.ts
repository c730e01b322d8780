import { isReference, targetId } from "../../model/graph.ts";
import { objectsOf, type JsonObject } from "../../model/json.ts";
import { always, nothing, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { expression, unlessEmpty } from "../hcl.ts";
import { joinLabels } from "../names.ts";
import { plainResource, type PlainPlace } from "../plain-form.ts";

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
    addMore(place) {
      for (const link of objectsOf(place.node.body, "ProjectEnvironments")) addLink(link, place);
    },
  }),
};

function addLink({ ProjectId: project, EnvironmentIds: environments }: JsonObject, place: PlainPlace): void {
  const { node, module, label: tenantLabel } = place;
  if (!isReference(project)) return;
  const type = "octopusdeploy_tenant_project";
  const wanted = `tenant_project_${joinLabels(...node.key, ...project.$ref.key)}`;
  const label = module.claim(type, wanted, `${targetId(node)} ${targetId(project.$ref)}`);
  module.add(`${label}.tf`, {
    type: "resource",
    labels: [type, label],
    attributes: {
      tenant_id: expression(`octopusdeploy_tenant.${tenantLabel}.id`),
      project_id: module.refer(project.$ref, node),
      environment_ids: unlessEmpty(module.list(environments, node)),
    },
  });
}
