import type { FleetReport } from "../fleet-report.ts";

/** How many requests a minute an instance's user may send, and how many the watching took of the last minute's. */
export interface FleetBudget {
  perMinute: number;
  used: number;
}

/** What a page that watches takes from its source: the data of each `message` event is one of these, as JSON. */
export interface FleetEvent {
  /** Absent where there is none that is newer than the page's. */
  report?: FleetReport;
  budget?: FleetBudget;
  /** ISO 8601: until when nothing is looked at; absent while a look is under way. */
  next?: string;
}
