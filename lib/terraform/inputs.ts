import { expression } from "./hcl.ts";

/** The variables of every module that say where it is applied, as expressions; what a pipeline passes may end in a line break. */
export const inputs = {
  server: expression("trimspace(var.octopus_server)"),
  apiKey: expression("trimspace(var.octopus_apikey)"),
  accessToken: expression("trimspace(var.octopus_access_token)"),
  spaceId: expression("trimspace(var.octopus_space_id)"),
} as const;
