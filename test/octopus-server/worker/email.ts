import { ActionFailure, type ActionRun } from "./action.ts";

/**
 * `Octopus.Email`: nobody gets anything, the log says what would have been sent. Source of the properties: the Terraform provider's docs and
 * OctopusDeploy's step schemas; what the log says is assumed.
 * @throws ActionFailure for a mail to nobody
 */
export function runEmail({ variables, log }: ActionRun): Promise<void> {
  const read = (name: string): string => variables.get(`Octopus.Action.Email.${name}`)?.trim() ?? "";
  const [to, subject, body] = [read("To"), read("Subject"), read("Body")];
  if (to === "" && read("ToTeamIds") === "")
    return Promise.reject(new ActionFailure("Failed to send the email: it has no recipient."));
  log.write("Info", `Email to ${to || read("ToTeamIds")}: ${subject}`);
  log.write("Verbose", body);
  return Promise.resolve();
}
