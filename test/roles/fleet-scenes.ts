import { StepError } from "../../lib/step/errors.ts";
import { startFleet } from "../steps/fleet-stage.ts";
import type { Scene } from "./scenario.ts";

/** Two looks at a space on another instance, which has a copy, targets and workers. */
export async function reportFleet(): Promise<Scene> {
  const fleet = await startFleet();
  const far = await fleet.addInstance();
  const asia = await fleet.addSpace("Asia", far);
  await fleet.publish("2026.1.1");
  await fleet.deploy(asia, "2026.1.1");
  await fleet.publish("2026.1.2");
  const time = new Date();
  fleet.clock.now = () => time;
  return {
    servers: {
      management: { model: fleet.server.model, url: fleet.url, apiKey: fleet.apiKey, spaceId: "Spaces-1" },
      managed: { model: far.server.model, url: far.url, apiKey: far.apiKey, spaceId: asia.id },
    },
    async run(keys) {
      const said: string[] = [];
      const variables = { [`ManagedInstance.${far.url.replace("http://", "")}.ApiKey`]: keys.managed };
      for (const _ of ["first", "second"]) {
        const { report, error } = await fleet.look({ parameters: { managementApiKey: keys.management }, variables });
        if (error !== "") throw new StepError(error);
        const { cost: _cost, ...rest } = report;
        said.push(JSON.stringify(rest));
      }
      return said;
    },
  };
}
