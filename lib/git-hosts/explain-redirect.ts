import { NotAllowedError } from "../step/errors.ts";
import type { Refusal } from "./host-api.ts";

/** For an answer that points elsewhere, and means nothing more than that. */
export function explainRedirect(title: string, { headers, request }: Refusal): NotAllowedError {
  const location = headers.get("location")?.split("?")[0] || "another address";
  return new NotAllowedError(
    `${title} redirects ${request} to ${location}. Use the address it redirects to as the address of the host.`,
  );
}
