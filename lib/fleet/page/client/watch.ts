import type { FleetEvent } from "../fleet-event.ts";

export interface WatchOptions {
  source: string;
  /** Of the report that the page has. */
  readAt: string;
  take(event: FleetEvent): void;
  /** Whether newer reports come; when the connection is lost, the browser tries again by itself. */
  tell(isConnected: boolean): void;
}

/** Takes newer reports as they come. */
export function watch({ source, readAt, take, tell }: WatchOptions): void {
  const events = new EventSource(`${source}?${new URLSearchParams({ readAt }).toString()}`);
  events.addEventListener("open", () => tell(true));
  events.addEventListener("error", () => tell(false));
  events.addEventListener("message", ({ data }: MessageEvent<string>) => {
    const event: FleetEvent = JSON.parse(data);
    take(event);
  });
}
