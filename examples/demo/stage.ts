/** Told about each stage of the road; runs it. What it gives is shown with it. */
export type Stage = (title: string, work: () => Promise<string | void>) => Promise<void>;
