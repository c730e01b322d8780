import { objectsOf, textOf } from "../../../model/json.ts";
import { unlessEmpty, type HclBlock } from "../../hcl.ts";
import { inputs } from "../../inputs.ts";
import { listNamed } from "../process/list-steps.ts";
import { addTrigger, arriving, type TriggerForm } from "./trigger.ts";

/** New packages of an external feed make a release. */
export const addFeedTrigger: TriggerForm = (context) => {
  const { node, module, filter, action } = context;
  const packages = objectsOf(filter, "Packages").map((pack): [string, string] => [
    textOf(pack, "DeploymentActionSlug"),
    textOf(pack, "PackageReference"),
  ]);
  addTrigger(context, {
    type: "octopusdeploy_external_feed_create_release_trigger",
    attributes: {
      // The provider reads it back, and a plan would take it away (1.17.0, an attribute that is not computed).
      space_id: inputs.spaceId,
      ...arriving.attributes,
      channel_id: module.value(action["ChannelId"], node),
      depends_on: unlessEmpty(
        listNamed(
          packages.map(([slug]) => slug),
          node,
          module,
        ),
      ),
    },
    blocks: [...packages.map(toBlock), arriving.lifecycle],
    said: { filter: ["Packages"], action: ["ChannelId"] },
  });
};

/** The package that a step is about has no name. */
function toBlock([slug, name]: [string, string]): HclBlock {
  const attributes = { deployment_action_slug: slug };
  return name === ""
    ? { type: "primary_package", attributes }
    : { type: "package", attributes: { ...attributes, package_reference: name } };
}
