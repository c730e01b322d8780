import type { Resource } from "../model/collection.ts";
import { fieldsOf, textOf } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { deployFurther, deployNewRelease } from "./automatic-deployments.ts";
import { releasePackage } from "./package-triggers.ts";

/** From now on the server does by itself what lifecycles and projects tell it: see the files beside this one. */
export function startAutomation(model: OctopusModel): void {
  model.collection("releases").added.add((release) => deployNewRelease(model, release));
  model.collection("packages").added.add((item) => releasePackage(model, item));
  model.taskChanged.add((task) => noticeSuccess(model, task));
}

function noticeSuccess(model: OctopusModel, task: Resource): void {
  if (task["State"] !== "Success" || task["Name"] !== "Deploy") return;
  const deployment = model.collection("deployments").find(textOf(fieldsOf(task, "Arguments"), "DeploymentId"));
  if (deployment !== undefined) deployFurther(model, deployment);
}
