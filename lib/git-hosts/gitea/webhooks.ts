import { ParameterError } from "../../step/errors.ts";
import type { Webhook, WebhookEvent, Webhooks } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { repositoryAt } from "../repository-api.ts";
import { GiteaWebhook } from "./schema.ts";

/** Gitea's hooks can bring one header, `Authorization`, and sign their payload besides. */
export function createWebhooks(api: HostApi): Webhooks {
  return {
    onlyHeader: "Authorization",
    async ensure(repository, hook) {
      const found = await findWebhook(api, repository, hook.url);
      const body = toBody(hook);
      if (found === undefined) {
        const created = { ...body, type: "gitea" };
        await api.send({ method: "POST", ...repositoryAt(repository, "/hooks"), body: created, schema: Anything });
        return "created";
      }
      const at = repositoryAt(repository, `/hooks/${found.id}`);
      await api.send({ method: "PATCH", ...at, body, schema: Anything });
      return "updated";
    },
    async remove(repository, url) {
      const found = await findWebhook(api, repository, url);
      if (found === undefined) return false;
      await api.send({ method: "DELETE", ...repositoryAt(repository, `/hooks/${found.id}`), schema: Anything });
      return true;
    },
  };
}

async function findWebhook(api: HostApi, repository: RepositoryPath, url: string): Promise<GiteaWebhook | undefined> {
  const all = { ...repositoryAt(repository, "/hooks"), query: { limit: 50 }, schema: GiteaWebhook };
  for await (const found of api.list(all)) if (found.config["url"] === url) return found;
  return undefined;
}

const events: Readonly<Record<WebhookEvent, readonly string[]>> = {
  push: ["push"],
  pullRequest: ["pull_request", "pull_request_sync"],
};

function toBody({ url, events: wanted, header }: Webhook): Record<string, unknown> {
  if (header.name.toLowerCase() !== "authorization")
    throw new ParameterError(
      `Webhooks of Gitea and Forgejo bring no header "${header.name}", only "Authorization". Use a CI job instead.`,
    );
  return {
    active: true,
    config: { url, content_type: "json" },
    events: wanted.flatMap((event) => events[event]),
    authorization_header: header.value,
  };
}
