import { textOf } from "../../model/json.ts";
import { always, nothing, only, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainFamily, type FieldForms } from "../plain-form.ts";

export const workerPool: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_worker_pools", collection: "worker_pools", label: "workerpool" },
  resource: plainFamily(({ body }) =>
    textOf(body, "WorkerPoolType") === "DynamicWorkerPool"
      ? { type: "octopusdeploy_dynamic_worker_pool", label, fields: { ...fields, WorkerType: "worker_type" } }
      : { type: "octopusdeploy_static_worker_pool", label, fields },
  ),
};

const label = "workerpool";

const fields: FieldForms = {
  Name: "name",
  Slug: slugOfName,
  Description: always("description"),
  WorkerPoolType: nothing,
  SortOrder: nothing,
  IsDefault: only(false),
};
