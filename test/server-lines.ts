/** The oldest Octopus Server that is supported, and the newest there is: what came with a version is told on both. */
export const serverLines = ["2024.4", "2026.4"] as const;
