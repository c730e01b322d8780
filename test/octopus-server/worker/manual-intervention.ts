import { textOf } from "../model/fields.ts";
import { ActionFailure, type ActionRun } from "./action.ts";
import { askPerson, type AnsweredQuestion } from "./interruption.ts";

/** `Octopus.Manual`: waits until somebody proceeds. @throws ActionFailure when it is aborted */
export async function runManualIntervention(run: ActionRun): Promise<void> {
  const instructions = run.variables.get("Octopus.Action.Manual.Instructions") ?? "";
  const teams = (run.variables.get("Octopus.Action.Manual.ResponsibleTeamIds") ?? "")
    .split(",")
    .map((team) => team.trim());
  run.log.write("Wait", `Waiting for somebody to take responsibility for: ${instructions}`);
  const answer = await askPerson(run, {
    title: `Manual intervention: ${textOf(run.action, "Name")}`,
    type: "ManualIntervention",
    instructions,
    buttons: [
      { text: "Proceed", isDangerous: false },
      { text: "Abort", isDangerous: true },
    ],
    teamIds: teams.filter((team) => team !== ""),
  });
  reportAnswer(run, answer);
  const reason = answer.notes === "" ? "." : `: ${answer.notes}`;
  if (answer.result !== "Proceed") throw new ActionFailure(`The manual intervention was aborted${reason}`);
}

function reportAnswer({ report }: ActionRun, { result, notes, user }: AnsweredQuestion): void {
  const outputs: Record<string, string> = {
    "Manual.Notes": notes,
    "Manual.Approved": result === "Proceed" ? "True" : "False",
    "Manual.ResponsibleUser.Id": user?.Id ?? "",
    "Manual.ResponsibleUser.Username": textOf(user ?? {}, "Username"),
    "Manual.ResponsibleUser.DisplayName": textOf(user ?? {}, "DisplayName"),
    "Manual.ResponsibleUser.EmailAddress": textOf(user ?? {}, "EmailAddress"),
  };
  for (const [name, value] of Object.entries(outputs)) report.setVariable({ name, value, isSensitive: false });
}
