import { isReference, targetId, type GraphNode, type Target } from "../../model/graph.ts";
import { objectsOf, type JsonObject } from "../../model/json.ts";
import { always, nothing, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { expression, unlessEmpty, type HclExpression } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";
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
  const label = labelOfLink(project.$ref, node, module);
  module.add(`${label}.tf`, {
    type: "resource",
    labels: [linkType, label],
    attributes: {
      tenant_id: expression(`octopusdeploy_tenant.${tenantLabel}.id`),
      project_id: module.refer(project.$ref, node),
      environment_ids: unlessEmpty(module.list(environments, node)),
    },
  });
}

/** What says that the tenant belongs to its projects, without which it has no values. */
export function listLinks(tenantKey: Target["key"], module: TerraformModule): HclExpression[] {
  const nodes = module.nodes.filter((node) => targetId(node) === targetId({ kind: "tenant", key: tenantKey }));
  return nodes.flatMap((node) =>
    objectsOf(node.body, "ProjectEnvironments").flatMap(({ ProjectId: project }) =>
      isReference(project) ? [expression(`${linkType}.${labelOfLink(project.$ref, node, module)}`)] : [],
    ),
  );
}

const linkType = "octopusdeploy_tenant_project";

function labelOfLink(project: Target, node: GraphNode, module: TerraformModule): string {
  const wanted = `tenant_project_${joinLabels(...node.key, ...project.key)}`;
  return module.claim(linkType, wanted, `${targetId(node)} ${targetId(project)}`);
}
