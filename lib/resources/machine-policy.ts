import { object, program } from "./field.ts";
import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

const script = object({ ScriptBody: program });

export const machinePolicy: ResourceKind = {
  id: "machinePolicy",
  label: "machine policy",
  idPrefix: "MachinePolicies",
  ...collectionRoutes("machinepolicies"),
  nameOf: nameField,
  isInEverySpace: (name) => name === "Default Machine Policy",
  fields: {
    MachineHealthCheckPolicy: object({ PowerShellHealthCheckPolicy: script, BashHealthCheckPolicy: script }),
  },
  // Every space has one default, which no other becomes.
  serverMade: ["IsDefault"],
};
