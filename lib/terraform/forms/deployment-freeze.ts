import { targetId } from "../../model/graph.ts";
import { objectsOf, type JsonObject } from "../../model/json.ts";
import { nothing } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { expression } from "../hcl.ts";
import { isEmpty } from "../unsaid.ts";
import { plainFamily, writeFields, type FieldForms, type PlainForm, type PlainPlace } from "../plain-form.ts";

/** What it is about are resources of their own. */
export const deploymentFreeze: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_deployment_freezes",
    collection: "deployment_freezes",
    label: "deployment_freeze",
  },
  resource: plainFamily(({ body }) =>
    isEmpty(body["RecurringSchedule"]) ? once : "the provider fails on a freeze that comes again: it is left out",
  ),
};

const once: PlainForm = {
  label: "deploymentfreeze",
  type: "octopusdeploy_deployment_freeze",
  fields: {
    Name: "name",
    Start: "start",
    End: "end",
    RecurringSchedule: nothing,
    Projects: nothing,
    Tenants: nothing,
  },
  addMore(place) {
    addScopes(place, "Projects", { type: "project", fields: projectFields });
    addScopes(place, "Tenants", { type: "tenant", fields: tenantFields });
  },
};

const projectFields: FieldForms = { ProjectId: "project_id", EnvironmentIds: "environment_ids" };
const tenantFields: FieldForms = { TenantId: "tenant_id", ProjectId: "project_id", EnvironmentId: "environment_id" };

function addScopes(place: PlainPlace, field: string, { type, fields }: { type: string; fields: FieldForms }): void {
  objectsOf(place.node.body, field).forEach((scope, index) => addScope(scope, { place, field, type, fields, index }));
}

interface Scope {
  place: PlainPlace;
  field: string;
  type: string;
  fields: FieldForms;
  index: number;
}

function addScope(scope: JsonObject, { place, field, type, fields, index }: Scope): void {
  const { module, node, label: freeze } = place;
  const resource = `octopusdeploy_deployment_freeze_${type}`;
  const wanted = freeze.replace("deploymentfreeze_", `deploymentfreeze${type}_`);
  const label = module.claim(resource, `${wanted}_${index + 1}`, `${targetId(node)} ${field} ${JSON.stringify(scope)}`);
  const { attributes } = writeFields(scope, fields, { ...place, path: [field] });
  const id = expression(`octopusdeploy_deployment_freeze.${freeze}.id`);
  module.add(`${label}.tf`, {
    type: "resource",
    labels: [resource, label],
    attributes: { deploymentfreeze_id: id, ...attributes },
  });
}
