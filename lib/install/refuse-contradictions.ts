import { ParameterError } from "../step/errors.ts";
import type { InstallOptions } from "./install.ts";

/**
 * Refuses options that mean nothing together, or by themselves, before the server is asked.
 * @throws {@link ParameterError} with all of them
 */
export function refuseContradictions(options: Contradictory): void {
  const sentences = [
    ...refuseAddress("--instance-url", options.instanceUrl),
    ...refuseAddress("--git-host-url", options.gitHost.url),
    ...(options.containerFeed !== undefined && options.containerImage === undefined
      ? ["--container-feed says where an image comes from: name it by --container-image."]
      : []),
    ...(options.stepsKey !== undefined && options.serviceAccountId !== undefined
      ? ["The steps sign in by a key or by --service-account: leave one of the two out."]
      : []),
    ...(options.createSpaces === true && options.projects.length + options.goldenSpaces.length === 0
      ? [
          "--create-spaces is for what deploys a template: name those that are to have it by --project or --golden-space.",
        ]
      : []),
    ...(options.ownBaseline !== undefined && options.projects.length !== 1
      ? ["--own-baseline is what one template needs: name that one by --project, and no other."]
      : []),
  ];
  if (sentences.length > 0) throw new ParameterError(sentences.join(" "));
}

type Contradictory = Pick<
  InstallOptions,
  | "instanceUrl"
  | "gitHost"
  | "containerFeed"
  | "containerImage"
  | "stepsKey"
  | "serviceAccountId"
  | "projects"
  | "goldenSpaces"
  | "createSpaces"
  | "ownBaseline"
>;

function refuseAddress(option: string, text: string | undefined): string[] {
  if (text === undefined) return [];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.username !== "" || url.password !== ""))
    return [`The address of ${option} holds credentials. Leave them out: whoever may see variables would see them.`];
  if (url !== undefined && /^https?:$/.test(url.protocol)) return [];
  return [`${option} "${text}" is no address. Use one that begins with https://, such as https://octopus.example.com.`];
}
