import { handshakeRoutes } from "./handshake.ts";
import type { Route } from "./route.ts";
import { serverInformationRoutes } from "./server-information.ts";
import { spacesRoutes } from "./spaces.ts";
import { teamsRoutes } from "./teams.ts";
import { usersRoutes } from "./users.ts";

/** Every route group, one file each. */
export const routes: Route[] = [
  ...handshakeRoutes,
  ...serverInformationRoutes,
  ...spacesRoutes,
  ...usersRoutes,
  ...teamsRoutes,
];
