import type { Resource } from "../model/collection.ts";
import { fieldsOf, textOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { setPendingInterruption } from "../model/tasks.ts";
import { ActionFailure, type ActionRun } from "./action.ts";

export interface Question {
  title: string;
  type: "ManualIntervention" | "GuidedFailure";
  /** What a person reads before answering. */
  instructions: string;
  /** The possible results; those that end something ask for confirmation. */
  buttons: { text: string; isDangerous: boolean }[];
  /** Empty for everybody. */
  teamIds: string[];
}

export interface AnsweredQuestion {
  /** One of the buttons. */
  result: string;
  notes: string;
  user: Resource | undefined;
}

/** What asking needs of an action under way. */
export type Asking = Pick<ActionRun, "model" | "task" | "signal" | "pause" | "log">;

/**
 * Makes an interruption and waits until somebody submits it.
 *
 * The document of `interruptions` is pending until a route sets `IsPending` to false, fills `Form.Values` (`Notes`, `Result`) and
 * `ResponsibleUserId`, and tells by `taskChanged` (`setPendingInterruption` does).
 * @throws ActionFailure when the task is canceled first
 */
export async function askPerson(asking: Asking, question: Question): Promise<AnsweredQuestion> {
  const { model, task } = asking;
  const interruption = createInterruption(asking, question);
  setPendingInterruption(model, task.Id, true);
  const submitted = await asking
    .pause(() => waitForAnswer(asking, interruption.Id))
    .finally(() => withdraw(model, task, interruption.Id));
  const values = fieldsOf(fieldsOf(submitted, "Form"), "Values");
  return {
    result: textOf(values, "Result"),
    notes: textOf(values, "Notes"),
    user: model.collection("users").find(textOf(submitted, "ResponsibleUserId")),
  };
}

function createInterruption({ model, task, log }: Asking, question: Question): Resource {
  const Buttons = question.buttons.map(({ text, isDangerous }) => ({
    Text: text,
    Value: text,
    RequiresConfirmation: isDangerous,
  }));
  const instructions = { Type: "Paragraph", Text: question.instructions, ResolveLinks: false };
  return model.collection("interruptions").add({
    SpaceId: task["SpaceId"],
    Title: question.title,
    Type: question.type,
    Created: model.now().toISOString(),
    IsPending: true,
    Form: {
      Values: { Instructions: null, Notes: "", Result: null },
      Elements: [
        { Name: "Instructions", Control: instructions, IsValueRequired: false },
        { Name: "Notes", Control: { Type: "TextArea", Label: "Notes" }, IsValueRequired: false },
        { Name: "Result", Control: { Type: "SubmitButtonGroup", Buttons }, IsValueRequired: false },
      ],
    },
    RelatedDocumentIds: relatedIds(task),
    ResponsibleTeamIds: question.teamIds,
    ResponsibleUserId: null,
    CanTakeResponsibility: true,
    HasResponsibility: false,
    TaskId: task.Id,
    CorrelationId: log.node.Id,
    IsLinkedToOtherInterruption: false,
  });
}

/** The task, what it runs, and where. */
function relatedIds(task: Resource): string[] {
  const ids = [
    task.Id,
    task["ProjectId"],
    task["EnvironmentId"],
    task["TenantId"],
    ...Object.values(fieldsOf(task, "Arguments")),
  ];
  return ids.filter((id) => typeof id === "string");
}

function waitForAnswer({ model, signal }: Asking, id: string): Promise<Fields> {
  return new Promise((resolve, reject) => {
    function check(): void {
      const interruption = model.collection("interruptions").find(id);
      if (signal.aborted || interruption === undefined) {
        finish(() => reject(new ActionFailure("The task was canceled while it waited for a person.")));
      } else if (interruption["IsPending"] !== true) {
        finish(() => resolve(interruption));
      }
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

/** Nobody can answer any longer. */
function withdraw(model: OctopusModel, task: Resource, id: string): void {
  const interruption = model.collection("interruptions").find(id);
  if (interruption?.["IsPending"] === true) interruption["IsPending"] = false;
  if (model.collection("tasks").find(task.Id) === undefined) return;
  const others = model
    .collection("interruptions")
    .list((item) => item["TaskId"] === task.Id && item["IsPending"] === true);
  setPendingInterruption(model, task.Id, others.length > 0);
}
