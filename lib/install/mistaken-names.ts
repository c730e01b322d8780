import { textOf, type JsonObject } from "../model/json.ts";
import { createExpressionCheck } from "../octopus/expressible-names.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { listVariableNames } from "../octopus/variable-names.ts";

export interface AskingSteps {
  /** The project that carries them. */
  project: OctopusDocument;
  /** The properties of each, with the expressions in them. */
  forms: readonly JsonObject[];
}

/** Variables that Octopus may take for one that the steps ask for, a sentence for each with what to do. */
export async function listMistakenNames(space: OctopusSpace, { project, forms }: AskingSteps): Promise<string[]> {
  const asked = [...new Set(forms.flatMap(listAskedNames))];
  const explain = createExpressionCheck([...(await listVariableNames(space, project)), ...asked]);
  return asked.flatMap((variable) => {
    const reason = explain(variable);
    return reason === undefined
      ? []
      : [
          `The steps of "${textOf(project, "Name")}" ask for "${variable}", which ${reason}: give the other variable another name.`,
        ];
  });
}

/** `ThisInstance.Api.Key` of `#{ThisInstance.Api.Key}`, wherever it stands. */
function listAskedNames(form: JsonObject): string[] {
  const texts = Object.values(form).filter((value) => typeof value === "string");
  return texts.flatMap((text) => [...text.matchAll(askedName)].map(([, name = ""]) => name));
}

/** Names of ours have no other form; what people write in these fields is theirs. */
const askedName =
  /#\{(?:if )?((?:ManagedTenant|ThisInstance|ManagedSpaces|GitHost|TerraformState|Exported|Octopus)\.[^#{}|]+?) ?[|}]/g;
