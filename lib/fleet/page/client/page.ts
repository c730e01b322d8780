import type { FleetBudget } from "../fleet-event.ts";
import type { FleetInstance, FleetReport, FleetSpace, FleetTemplate } from "../../fleet-report.ts";
import { toAddress, type View } from "./address.ts";
import type { Kept } from "./kept.ts";

/** What every part of the page is made from. */
export interface Page {
  report: FleetReport;
  /** By tenant's id. */
  spaces: ReadonlyMap<string, FleetSpace>;
  /** By address. */
  instances: ReadonlyMap<string, FleetInstance>;
  /** By key. */
  templates: ReadonlyMap<string, FleetTemplate>;
  view: View;
  kept: Kept;
  now: number;
  /** The address of what is shown with a change. */
  href(change: Partial<View>): string;
  go(change: Partial<View>): void;
  /** Shows it anew, as after a favourite was set. */
  refresh(): void;
  /** Says something for a moment, to a screen reader, too. */
  say(text: string): void;
  /** For a page that is served: whether newer reports come. */
  live?: { isConnected: boolean; budget?: FleetBudget | undefined; trouble?: string | undefined };
}

type Listing = Pick<Page, "report" | "spaces" | "instances" | "templates">;

export function listingOf(report: FleetReport): Listing {
  return {
    report,
    spaces: new Map(report.spaces.map((space) => [space.tenant.id, space])),
    instances: new Map(report.instances.map((instance) => [instance.url, instance])),
    templates: new Map(report.templates.map((template) => [template.key, template])),
  };
}

export function hrefOf(page: Pick<Page, "view">, change: Partial<View>): string {
  return toAddress({ ...page.view, ...change });
}
