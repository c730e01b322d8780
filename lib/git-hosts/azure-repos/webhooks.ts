import type { Webhook, WebhookEvent, Webhooks } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostRequest } from "../host-api.ts";
import type * as z from "zod/mini";
import { organizationPath } from "./address.ts";
import { version, type AzureRepos } from "./open-api.ts";
import { getRaw } from "./repositories.ts";
import { AzureSubscription, listOf, type AzureRepository } from "./schema.ts";

/** A hook is a subscription of the organization, to one kind of event: several of them make one of ours ("Webhooks with Azure DevOps"). */
export function createWebhooks(azure: AzureRepos): Webhooks {
  const { api } = azure;
  const remove = (owner: string, { id }: AzureSubscription): Promise<unknown> =>
    api.send({ method: "DELETE", ...subscriptionsAt(owner, `/${id}`), schema: Anything });
  return {
    async ensure(path, hook) {
      const repository = await getRaw(azure, path);
      const present = await listSubscriptions(azure, path.owner, { repository, url: hook.url });
      const wanted = hook.events.flatMap((event) => events[event]);
      for (const eventType of wanted) {
        const known = present.find((each) => each.eventType === eventType);
        const body = toBody(repository, { hook, eventType });
        // The secret that one has does not come back, so it is written anew.
        await (known === undefined
          ? api.send({ method: "POST", ...subscriptionsAt(path.owner), body, schema: Anything })
          : api.send({
              method: "PUT",
              ...subscriptionsAt(path.owner, `/${known.id}`),
              body: { ...body, id: known.id },
              schema: Anything,
            }));
      }
      for (const each of present) if (!wanted.includes(each.eventType)) await remove(path.owner, each);
      return present.length === 0 ? "created" : "updated";
    },
    async remove(path, url) {
      const repository = await getRaw(azure, path);
      const present = await listSubscriptions(azure, path.owner, { repository, url });
      for (const each of present) await remove(path.owner, each);
      return present.length > 0;
    },
  };
}

const events: Readonly<Record<WebhookEvent, readonly string[]>> = {
  push: ["git.push"],
  pullRequest: ["git.pullrequest.created", "git.pullrequest.updated"],
};

const consumer = { consumerId: "webHooks", consumerActionId: "httpRequest" } as const;

function subscriptionsAt(
  owner: string,
  rest = "",
  query: Record<string, string> = {},
): Pick<HostRequest<z.ZodMiniType>, "path" | "owner" | "query"> {
  const path = `${organizationPath(owner)}/_apis/hooks/subscriptions${rest}`;
  return { path, owner, query: { ...query, ...version } };
}

async function listSubscriptions(
  { api }: AzureRepos,
  owner: RepositoryPath["owner"],
  { repository, url }: { repository: AzureRepository; url: string },
): Promise<AzureSubscription[]> {
  const at = subscriptionsAt(owner, "", { publisherId: "tfs", ...consumer });
  const { value } = await api.send({ ...at, schema: listOf(AzureSubscription) });
  return value.filter(
    ({ publisherInputs, consumerInputs }) =>
      publisherInputs?.["repository"] === repository.id && consumerInputs?.["url"] === url,
  );
}

function toBody(
  { id, project }: AzureRepository,
  { hook: { url, header }, eventType }: { hook: Webhook; eventType: string },
): Record<string, unknown> {
  return {
    publisherId: "tfs",
    eventType,
    resourceVersion: "1.0",
    ...consumer,
    publisherInputs: { projectId: project.id, repository: id },
    consumerInputs: { url, httpHeaders: `${header.name}:${header.value}` },
  };
}
