import { bringLogo } from "./bring-logo.ts";
import { nothing, type BroughtExtras, type ExtrasOptions } from "./brought-extras.ts";
import { linkTenants } from "./link-tenants.ts";
import { publishRunbooks } from "./publish-runbooks.ts";

/** Gives the copy what the template's project has beside its resources, where people of the space have not decided otherwise. */
export async function bringExtras(options: ExtrasOptions): Promise<BroughtExtras> {
  const logo = await bringLogo(options);
  const tenants = await linkTenants(options);
  const runbooks = options.publish ? await publishRunbooks(options) : nothing;
  return {
    written: [...logo.written, ...tenants.written, ...runbooks.written],
    kept: [...logo.kept, ...runbooks.kept],
    failed: [...logo.failed, ...runbooks.failed],
    record: { ...logo.record, ...tenants.record },
  };
}
