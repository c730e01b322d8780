import { textOf } from "../../model/json.ts";
import { always, nothing, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainFamily, type FieldForms } from "../plain-form.ts";
import { listBefore } from "./in-order.ts";

export const workerPool: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_worker_pools", collection: "worker_pools", label: "workerpool" },
  resource: plainFamily(({ body }) =>
    textOf(body, "WorkerPoolType") === "DynamicWorkerPool"
      ? {
          type: "octopusdeploy_dynamic_worker_pool",
          label,
          listBefore,
          fields: { ...fields, WorkerType: "worker_type" },
        }
      : { type: "octopusdeploy_static_worker_pool", label, keeps, listBefore, fields },
  ),
};

const label = "workerpool";
const keeps = ["sort_order"];

const fields: FieldForms = {
  Name: "name",
  Slug: slugOfName,
  Description: always("description"),
  WorkerPoolType: nothing,
  SortOrder: nothing,
  IsDefault: "is_default",
};
