import type { StepError } from "../step/errors.ts";
import type { Repository } from "./git-host.ts";
import type { Attempt, Refusal } from "./host-api.ts";

export interface RepositorySteps {
  find(): Promise<Repository | undefined>;
  create(): Promise<Attempt<Repository>>;
  /** The status by which the host says that there is one already. */
  conflictStatus: number;
  explain(refusal: Refusal): StepError | Promise<StepError>;
}

/** The repository that is there, or a new one. */
export async function ensureRepository(steps: RepositorySteps): Promise<Repository> {
  const existing = await steps.find();
  if (existing !== undefined) return existing;
  const created = await steps.create();
  if ("value" in created) return created.value;
  // Another run may have been faster.
  const meanwhile = created.refusal.status === steps.conflictStatus ? await steps.find() : undefined;
  if (meanwhile !== undefined) return meanwhile;
  throw await steps.explain(created.refusal);
}
