import type { Route } from "./route.ts";

/** Every route group, one file each. */
export const routes: Route[] = [];
