import type { FleetReport } from "../fleet-report.ts";

/** How many requests a minute the looks may take together, and when the next one is. */
export interface FleetBudget {
  perMinute: number;
  /** ISO 8601; absent while a look is under way. */
  nextAt?: string;
}

/** What a page that watches takes from its source: the data of each `message` event is one of these, as JSON. */
export interface FleetEvent {
  /** Absent where the page has the newest. */
  report?: FleetReport;
  budget: FleetBudget;
  /** Why the last look as a whole found nothing, in a sentence: the report is that of one before. */
  trouble?: string;
}
