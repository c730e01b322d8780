import { fieldsOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { Resource } from "../model/collection.ts";
import type { OctopusModel } from "../model/model.ts";
import { setPendingInterruption } from "../model/tasks.ts";
import { ActionFailure, type ActionRun } from "./action.ts";

/**
 * `Octopus.Manual`: makes an interruption and waits until somebody submits it.
 *
 * The document of `interruptions` is pending until a route sets `IsPending` to false, fills `Form.Values` (`Notes`, `Result`: Proceed or
 * Abort) and `ResponsibleUserId`, and tells by `taskChanged` (`setPendingInterruption` does).
 * @throws ActionFailure when it is aborted
 */
export async function runManualIntervention(run: ActionRun): Promise<void> {
  const instructions = run.variables.get("Octopus.Action.Manual.Instructions") ?? "";
  const interruption = createInterruption(run, instructions);
  run.log.write("Wait", `Waiting for somebody to take responsibility for: ${instructions}`);
  setPendingInterruption(run.model, run.task.Id, true);
  const submitted = await run
    .pause(() => waitForAnswer(run, interruption.Id))
    .finally(() => removePending(run, interruption.Id));
  reportAnswer(run, submitted);
  const { Notes, Result } = fieldsOf(fieldsOf(submitted, "Form"), "Values");
  if (Result !== "Proceed")
    throw new ActionFailure(`The manual intervention was aborted${Notes ? `: ${String(Notes)}` : "."}`);
}

function createInterruption({ model, task, action, variables, log }: ActionRun, instructions: string): Resource {
  const teams = (variables.get("Octopus.Action.Manual.ResponsibleTeamIds") ?? "")
    .split(",")
    .filter((team) => team.trim() !== "");
  return model.collection("interruptions").add({
    SpaceId: task["SpaceId"],
    Title: `Manual intervention: ${textOf(action, "Name")}`,
    Type: "ManualIntervention",
    Created: model.now().toISOString(),
    IsPending: true,
    Form: {
      Values: { Instructions: null, Notes: "", Result: null },
      Elements: [
        {
          Name: "Instructions",
          Control: { Type: "Paragraph", Text: instructions, ResolveLinks: false },
          IsValueRequired: false,
        },
        { Name: "Notes", Control: { Type: "TextArea", Label: "Notes" }, IsValueRequired: false },
        {
          Name: "Result",
          Control: { Type: "SubmitButtonGroup", Buttons: [button("Proceed", false), button("Abort", true)] },
          IsValueRequired: false,
        },
      ],
    },
    RelatedDocumentIds: [...Object.values(fieldsOf(task, "Arguments")), task.Id, ...textsOf(task, "ProjectId")].filter(
      (id) => typeof id === "string",
    ),
    ResponsibleTeamIds: teams.map((team) => team.trim()),
    ResponsibleUserId: null,
    CanTakeResponsibility: true,
    HasResponsibility: false,
    TaskId: task.Id,
    CorrelationId: log.node.Id,
    IsLinkedToOtherInterruption: false,
  });
}

function button(value: string, isDangerous: boolean): Fields {
  return { Text: value, Value: value, RequiresConfirmation: isDangerous };
}

/** @throws ActionFailure when the task is canceled first */
function waitForAnswer({ model, signal }: ActionRun, id: string): Promise<Fields> {
  return new Promise((resolve, reject) => {
    function check(): void {
      const interruption = model.collection("interruptions").find(id);
      if (signal.aborted || interruption === undefined)
        finish(() => reject(new ActionFailure("The task was canceled while it waited for a person.")));
      else if (interruption["IsPending"] !== true) finish(() => resolve(interruption));
    }
    function finish(settle: () => void): void {
      model.taskChanged.delete(check);
      signal.removeEventListener("abort", check);
      clearInterval(timer);
      settle();
    }
    const timer = setInterval(check, 250);
    model.taskChanged.add(check);
    signal.addEventListener("abort", check, { once: true });
    check();
  });
}

function removePending({ model, task }: ActionRun, id: string): void {
  const interruption = model.collection("interruptions").find(id);
  if (interruption?.["IsPending"] === true) interruption["IsPending"] = false;
  setPendingInterruption(model, task.Id, hasPending(model, task));
}

function hasPending(model: OctopusModel, task: Resource): boolean {
  return (
    model.collection("interruptions").list((item) => item["TaskId"] === task.Id && item["IsPending"] === true).length >
    0
  );
}

function reportAnswer({ model, report }: ActionRun, submitted: Fields): void {
  const values = fieldsOf(fieldsOf(submitted, "Form"), "Values");
  const user = model.collection("users").find(textOf(submitted, "ResponsibleUserId"));
  const outputs: Record<string, string> = {
    "Manual.Notes": textOf(values, "Notes"),
    "Manual.Approved": values["Result"] === "Proceed" ? "True" : "False",
    "Manual.ResponsibleUser.Id": user?.Id ?? "",
    "Manual.ResponsibleUser.Username": textOf(user ?? {}, "Username"),
    "Manual.ResponsibleUser.DisplayName": textOf(user ?? {}, "DisplayName"),
    "Manual.ResponsibleUser.EmailAddress": textOf(user ?? {}, "EmailAddress"),
  };
  for (const [name, value] of Object.entries(outputs)) report.setVariable({ name, value, isSensitive: false });
}
