import type { CommandContext } from "./command-context.ts";

/** The whole of `managed-spaces --help`. */
export function usage(steps: CommandContext["steps"]): string {
  return `managed-spaces: one Octopus space that looks after many

  managed-spaces install   Set up a management space, or bring one up to this version.
    --plan                           Say what would be done, and change nothing.
    --project <name>                 Make this project a template: attach its management runbooks. May be repeated.
    --golden-space <name>            Make a project whose runbooks bring what this space of the instance has to the
                                     managed ones. May be repeated (docs/spaces.md).
    --engine apply|terraform         What deploys packages downstream (apply).
    --inline                         Step templates that carry their code instead of running it out of a package.
    --publish                        Publish the runbooks; else runs take the newest package.
    --companion                      Let projects of their own carry the runbooks, as they do for templates in Git.
    --git-host github|gitea          Where copies of templates in Git have their repositories, at --git-url <url>,
                                     belonging to --git-owner <owner>; GIT_TOKEN is the token to store.
    --baseline <file>                What new spaces are filled with.
    --worker-pool <name>             Where the steps run.
    --container-image <image>        Image in which the steps run, from --container-feed <name> (Docker Hub).
    --instance-url <url>             This server's address as its own steps reach it (the one of --server).
    --service-account <id>           Service account that the steps sign in as on this server, instead of by a key;
                                     --oidc-account <name> is the account that brings their tokens (docs/openid-connect.md).
    --replace-key                    Store the API key anew in the variable set This Instance.
    --terraform-backend <type>       Backend of the Terraform modules, such as s3 or pg.
    --terraform-init-parameters <t>  What terraform init gets besides.

  managed-spaces doctor    Look at server, key, permissions and, with --workers, at the workers' Node.js.
    --values <file>                  Instead, which values of secrets Octopus would evaluate before a step sees them:
                                     a JSON object of names and values, or - for standard input. Shows no value.
    --role                           Instead, the user roles with the fewest permissions, to be made by hand, or with
                                     --json as bodies for POST /api/userroles.
  managed-spaces baseline --from-space   Write what a space has as a baseline in YAML, for Populate Space (docs/baseline.md).
    --kind <kind>                    Only resources of this kind, such as account. May be repeated.
    --name <name or pattern>         Only resources with this name. May be repeated.
    --with-polling                   Polling Tentacles, too, which would then work for two spaces.
    --out <file>                     Into this file, with --replace over the one that is there (standard output).
  managed-spaces adopt     Write the receipt of a copy that Terraform made, so that Find Updates, Preview Updates and Deploy Project
                           know it (docs/terraform.md). Changes neither the state nor anything else in the space.
    --state <file>                   What Terraform's state file has, or "terraform state pull" or "terraform show -json" prints;
                                     - for standard input.
    --tenant <name>                  The tenant whose space has the copy. Its key is the one of this server; for another server
                                     it is MANAGED_TENANT_API_KEY.
    --plan                           Say what would be noted, and write nothing.
    --package <id or file>           The package that it is a copy of (the one of the template, as the project is called);
                                     of a package in the feed --package-version <version> (the newest).
    --copy <name>                    Which of several in the state it is.
    --as-applied                     What differs from the package is as Terraform made it, right behind an apply of that
                                     package; else it is kept and told as people's until both agree.
    --any-address                    The state and the tenant may call the server by two addresses.
    --git-host github|gitea          Of a copy in Git, where its repository is, at --git-url <url>; GIT_TOKEN may read it.

  managed-spaces rehearse  Tell what deploying a package would do in the spaces of all tenants; writes nothing (docs/rehearsals.md).
    --package <id or file>           A package of the built-in feed, with --package-version <version> (the newest), or a file.
    --baseline <file>                Instead, a baseline in YAML.
    --tenant <name or pattern>       Only in the spaces of these tenants. May be repeated; so may --tag <set>/<tag>.
    --template <project>             Only in those of tenants that are connected to this project.
    --project <name>                 The project whose runbook would deploy, for what its runs know (the template's).
    --mapping <file>                 What becomes of names and scopes on the way.
    --adopt, --overwrite, --leave-secrets   As the deploying step would be told.
    --out <file>                     A page of it.  --json  All of it as JSON.
    --fail-when-refused              End with 1 when a space would refuse it.

  managed-spaces run <step>          Run a step here: ${Object.keys(steps).join(", ")}.

  --server <url> (OCTOPUS_URL)   --space <name or id> (OCTOPUS_SPACE)   --api-key-file <file> (OCTOPUS_API_KEY)
`;
}
