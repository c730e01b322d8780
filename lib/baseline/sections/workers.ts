import { arrival, machineFields, workerTypes } from "../machines.ts";
import { names } from "../references.ts";
import { nameField, type Section } from "../section.ts";
import { required } from "../value.ts";

export const workers: Section = {
  key: "workers",
  kind: "worker",
  about: "On what steps run that need no deployment target.",
  fields: { name: nameField, pools: required(names("workerPool", "WorkerPoolIds")), ...machineFields },
  variants: workerTypes,
  arrival,
  unsaid: ["Slug", "SkipInitialHealthCheck"],
};
