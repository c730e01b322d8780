import { managedTenantSignIn, thisInstanceSignIn, toSignInParameters } from "../octopus/sign-in-variables.ts";
import type { Engine } from "./engine.ts";

/** Deploy Project: it compares the manifest with what is in the space, and writes what differs through the REST API. */
export const rest: Engine = {
  listSteps: ({ package: chosen, spaceId, git }) => [
    {
      name: "Deploy Project",
      stepTemplate: "deploy-project",
      properties: {
        ...toSignInParameters("DeployProject.", managedTenantSignIn),
        ...toSignInParameters("DeployProject.Management", thisInstanceSignIn),
        "DeployProject.SpaceId": spaceId,
        "DeployProject.ReceiptKey": "#{ManagedSpaces.Receipt.Key}",
        "DeployProject.Package": JSON.stringify({ PackageId: chosen.packageId, FeedId: chosen.feedId }),
        ...(git === undefined ? {} : { "DeployProject.GitUrl": git.cloneUrl, ...git.toParameters("DeployProject") }),
      },
      packages: { "DeployProject.Package": chosen },
    },
  ],
};
