/** A job of a host's own CI that calls a webhook of Octopus, for hosts whose hooks cannot bring the secret. For docs alone: no step carries it. */
export interface CiJob {
  /** What runs it, for headings. */
  title: string;
  /** Where the file goes in the repository. */
  path: string;
  /** Where people put the two secrets `OCTOPUS_WEBHOOK_URL` and `OCTOPUS_WEBHOOK_SECRET`. */
  secrets: string;
  content: string;
}
