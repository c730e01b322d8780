import { uninstall, type UninstallOutcome } from "../install/uninstall.ts";
import { textOf } from "../model/json.ts";
import { openSpace } from "../octopus/spaces.ts";
import { during } from "../step/errors.ts";
import { besideJson, printJson } from "./command-context.ts";
import { toConnection } from "./connection.ts";
import { connectionOptions } from "./connection-options.ts";
import { defineCommand } from "./declare-command.ts";
import { openHookHost } from "./open-hook-host.ts";
import { readBuiltSteps } from "./read-built-steps.ts";
import { describeCount, describeList, tellChange } from "./tell-changes.ts";

/** `managed-spaces uninstall`. */
export const uninstallCommand = defineCommand({
  about: [
    "What people made, changed or still use stays, and each is told with the reason. Run again, it takes away what nothing keeps any more. Copies stay in their spaces.",
  ],
  options: {
    plan: { type: "boolean", help: "Say what would be taken away, and change nothing." },
    json: { type: "boolean", help: "Print what was taken away, or would be, and what stays, as JSON." },
    ...connectionOptions,
  },
  examples: [
    { title: "what would go, and what would stay", line: "managed-spaces uninstall --plan" },
    { title: "take it away", line: "managed-spaces uninstall" },
  ],
  variables: { GIT_TOKEN: "token for the Git host, to take away the webhooks that an installation made there" },
  async run({ given }, outer) {
    const onlyPlan = given.plan === true;
    const context = given.json === true ? besideJson(outer) : outer;
    const { octopus, space: name } = toConnection(given, context);
    const outcome = await during(`uninstall from the space "${name}" at ${octopus.url}`, async () => {
      const { templates } = readBuiltSteps({ ...context, flavor: "packaged" });
      return uninstall(await openSpace(octopus, name), {
        onlyPlan,
        openHost: (stored) => openHookHost({ given: {}, stored, environment: context.environment }),
        stepTemplates: Object.values(templates).map((template) => textOf(template, "Name")),
        onChange: tellChange(context, onlyPlan),
      });
    });
    if (given.json === true) printJson(outer, { isPlan: onlyPlan, ...outcome });
    else context.write("stdout", describe(outcome, onlyPlan));
    return 0;
  },
});

function describe({ changes, left }: UninstallOutcome, onlyPlan: boolean): string {
  const done =
    changes.length === 0 ? "Nothing of an installation can be taken away.\n" : describeCount(changes.length, onlyPlan);
  return left.length === 0 ? done : `${done}\nWhat stays:\n${describeList(left)}`;
}
