import { gitHostSecrets, listGivenVariables, type GitHostOptions } from "./git-host-variables.ts";
import { textOf } from "../model/json.ts";
import { createOctopusClient, type OctopusSpace } from "../octopus/octopus-client.ts";
import { during, NotAllowedError } from "../step/errors.ts";
import { keyVariable, variableSetNames, type VariableSets } from "./variable-sets.ts";

/** Whose keys there are, by the names that people sign in with. */
export interface KeyHolder {
  installer: string;
  /** Of the key for the steps, where it is one of its own. */
  steps: string | undefined;
}

/**
 * Asks the server whose the keys are, so that a wrong one is not stored.
 * @param stepsKey - the key for the steps; undefined where it is the installer's own
 * @throws StepError where the key for the steps is none, or shows another server's space
 */
export async function readKeyHolder(space: OctopusSpace, stepsKey: string | undefined): Promise<KeyHolder> {
  const installer = textOf(await space.server.get("/users/me"), "Username");
  if (stepsKey === undefined) return { installer, steps: undefined };
  const octopus = createOctopusClient({ url: space.server.url, apiKey: stepsKey });
  return during("look at the key for the steps (OCTOPUS_STEPS_API_KEY, or --steps-api-key-file)", async () => {
    const steps = textOf(await octopus.get("/users/me"), "Username");
    if ((await octopus.find(`/spaces/${space.id}`)) === undefined)
      throw new NotAllowedError(
        `The user "${steps}" does not see the space "${space.name}". Add it to a team of that space: managed-spaces doctor --role says with which role.`,
      );
    return { installer, steps };
  });
}

/** What is to be known of keys: which one the steps have now, and which one that was given was not taken. */
export function describeKeys(
  { stored, gitHost }: VariableSets,
  { keyHolder, stepsKey, serviceAccountId, gitHost: given }: GivenKeys,
): string[] {
  const instead = "; add --replace-key to store the one that you give.";
  const isKeyStored = stored.includes(keyVariable);
  const usesInstallersKey = isKeyStored && (stepsKey === undefined || keyHolder.steps === keyHolder.installer);
  return [
    ...(usesInstallersKey
      ? [
          `The steps have the key of "${keyHolder.installer}", by which you installed. Give them one of a service account with the roles of managed-spaces doctor --role: OCTOPUS_STEPS_API_KEY and --replace-key.`,
        ]
      : []),
    ...(stepsKey !== undefined && !isKeyStored && serviceAccountId === undefined
      ? [`The steps keep the key that "${variableSetNames.thisInstance}" has${instead}`]
      : []),
    ...(gitHost !== undefined && listGivenSecrets(given).some((name) => !stored.includes(name))
      ? [`"${variableSetNames.gitHost}" keeps the token that it has${instead}`]
      : []),
  ];
}

interface GivenKeys {
  keyHolder: KeyHolder;
  stepsKey: string | undefined;
  serviceAccountId: string | undefined;
  gitHost: GitHostOptions;
}

function listGivenSecrets(options: GitHostOptions): string[] {
  const given = listGivenVariables(options);
  return gitHostSecrets.filter((name) => given[name] !== undefined);
}
