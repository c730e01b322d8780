import { textsOf } from "../../../model/json.ts";
import { unlessEmpty } from "../../hcl.ts";
import { addTrigger, type TriggerForm } from "./trigger.ts";

/** The events that the provider knows, which refuses others (1.17.0, `buildProjectDeploymentTargetTriggerResource`). */
const events: Readonly<Record<"EventGroups" | "EventCategories", readonly string[]>> = {
  EventGroups: [
    "Machine",
    "MachineCritical",
    "MachineAvailableForDeployment",
    "MachineUnavailableForDeployment",
    "MachineHealthChanged",
  ],
  EventCategories: [
    "MachineCleanupFailed",
    "MachineAdded",
    "MachineDeploymentRelatedPropertyWasUpdated",
    "MachineDisabled",
    "MachineEnabled",
    "MachineHealthy",
    "MachineUnavailable",
    "MachineUnhealthy",
    "MachineHasWarnings",
  ],
};

/** What happens to deployment targets deploys to them. */
export const addTargetTrigger: TriggerForm = (context) => {
  const { node, module, filter, action } = context;
  const groups = textsOf(filter, "EventGroups");
  const categories = textsOf(filter, "EventCategories");
  const unknown = [
    ...groups.filter((name) => !events.EventGroups.includes(name)),
    ...categories.filter((name) => !events.EventCategories.includes(name)),
  ];
  if (unknown.length > 0)
    return module.remark(node, `it is left out, since the provider does not know the events ${unknown.join(", ")}`);
  if (node.body["IsDisabled"] === true)
    return module.remark(node, "it is left out, since it is disabled and the provider could only bring it enabled");
  module.remark(node, "it arrives enabled, since the provider cannot disable a trigger for deployment targets");
  addTrigger(context, {
    type: "octopusdeploy_project_deployment_target_trigger",
    attributes: {
      environment_ids: unlessEmpty(module.list(filter["EnvironmentIds"], node)),
      event_groups: unlessEmpty(groups),
      event_categories: unlessEmpty(categories),
      roles: unlessEmpty(textsOf(filter, "Roles")),
      should_redeploy: action["ShouldRedeployWhenMachineHasBeenDeployedTo"] === true,
    },
    said: {
      filter: ["EnvironmentIds", "EventGroups", "EventCategories", "Roles"],
      action: ["ShouldRedeployWhenMachineHasBeenDeployedTo"],
    },
  });
};
