import type { CommandContext } from "./command-context.ts";

/** The whole of `managed-spaces --help`, or what one command has of it: the paragraphs that it begins. */
export function usage(steps: CommandContext["steps"], command?: string): string {
  const paragraphs = wholeUsage(steps).split("\n\n");
  if (command === undefined) return paragraphs.join("\n\n");
  const begins = new RegExp(`^  managed-spaces (\\w+ \\| )*${command}\\b`, "m");
  return [...paragraphs.filter((paragraph) => begins.test(paragraph)), ...paragraphs.slice(-1)].join("\n\n");
}

function wholeUsage(steps: CommandContext["steps"]): string {
  return `managed-spaces: one Octopus space that looks after many

  managed-spaces install   Set up a management space, or bring one up to this version.
    --plan                           Say what would be done, and change nothing.
    --project <name>                 Make this project a template: attach its management runbooks. May be repeated.
    --golden-space <name>            Make a project whose runbooks bring what this space of the instance has to the
                                     managed ones. May be repeated (docs/spaces.md).
    --fleet                          Make the project "__ Fleet", which looks at all spaces every hour (docs/fleet.md).
    --engine apply|terraform         What deploys packages downstream (apply).
    --inline                         Step templates that carry their code instead of running it out of a package.
    --publish                        Publish the runbooks; else runs take the newest package.
    --companion                      Let projects of their own carry the runbooks, as they do for templates in Git.
    --git-host github|gitea          Where copies of templates in Git have their repositories, at --git-url <url>,
                                     belonging to --git-owner <owner>; GIT_TOKEN is the token to store.
    --baseline <file>                What new spaces are filled with. For the first time: later the step's form has it.
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
    --package <id or file>           A package of the built-in feed, with --package-version <version> (the newest), or a file:
                                     of a project, a space or a runbook, or one with a baseline as --baseline-file (baseline.yaml).
    --baseline <file>                Instead, a baseline in YAML.
    --tenants <name or pattern>      Only these. May be repeated, as may --tag <Set/Tag>; --template <project> for those connected to it.
    --ring <name>                    Of these, the ones in this ring: a tag of the tag set "Managed Spaces Ring", or of --ring-set <name>.
    --instance-keys <file>           Keys of the other instances, as managed-spaces fleet takes them.
    --project <name>                 The project whose runbook would deploy, for what its runs know (the template's).
    --mapping <file>                 What becomes of names and scopes on the way.
    --adopt, --overwrite, --leave-secrets   As the deploying step would be told.
    --into-project <name>            Of a runbook: the project that would get it, as --runbook-name <name> (where each copy is).
    --machines disabled|leaveOut|asTheyAre, --polling-machines, --git-projects leaveOut|sameRepository
                                     Of the package of a space: as Deploy Space would be told.
    --files-in-git                   Of copies in Git, whether the template's newest files would merge, too: at
                                     --git-host github|gitea, --git-url <url>; GIT_TOKEN may read the repositories.
    --out <file>                     A page of it.  --json  All of it as JSON.
    --fail-when-refused              End with 1 when a space would refuse it.

  managed-spaces deploy | populate | find | merge
                           Start the management runbooks for many tenants on Octopus's own queue, and watch them to their end:
                           Deploy Project, Create Client Space, Find Updates, Merge Updates (docs/fleet.md). Started again it goes on:
                           what runs is joined, what succeeded with the same snapshot is not started again.
  managed-spaces run <runbook>       The same with any runbook for tenants; a name with spaces in quotes.
    --tenants <name or pattern>      Tenants with this name. May be repeated; all of them are ".*".
    --tag <Set/Tag>                  Tenants with this tag, or with another one that is given. May be repeated.
    --ring <name>                    Of these, the ones in this ring: a tag of the tag set "Managed Spaces Ring", or of --ring-set <name>.
    --project <template>             Whose runbook, where several projects have one.
    --environment <name>             Where it runs (Sync, or the only one).
    --at-once <number>               So many at once at most (10); less where that would leave no slots for others.
    --again                          What succeeded before, too.
    --plan                           Say what would be started, and start nothing.
    --variable "<name>=<value>"      A value that the runbook asks for. May be repeated.
    --variable-env "<name>=<env>"    The same out of an environment variable, as secrets are given. May be repeated.
    --variables <file>               The same out of a JSON object of names and values; - for standard input.
    Ends with 0 when all succeeded, 1 when some did not, 2 when nothing was started since something is wrong in what was asked for,
    3 when it was stopped, or lost the server, before all were over, 130 when it was ended at once by a second Ctrl-C.

  managed-spaces fleet     Look at all spaces that tenants stand for: what needs a person, versions, deployments (docs/fleet.md).
    --tenants <name or pattern>      Only these. May be repeated, as may --tag <Set/Tag>; --template <project> for those connected to it.
    --ring <name>                    Of these, the ones in this ring.
    --instance-keys <file>           Keys of the other instances: JSON such as {"https://octopus.example.com": "API-…"}, - for
                                     standard input.
    --out <folder>                   The page, tables, metrics and JSON go there; --replace for over older ones.
    --history <file>                 All that is kept of each day, as CSV.
    --open                           Show the page.
    --json                           Print the report as JSON (lib/fleet/fleet-report.schema.json).
    --watch                          Serve the page on this machine, with changes as they come. --port <number>; --budget <requests
                                     a minute> (60).
    --git-host github|gitea          Of copies in Git, whose files are looked at with GIT_TOKEN; --git-url <url> for a host of your own.
    --no-compare                     Without comparing copies with their templates.
    --anew                           Ask everything again, whatever the audit trail says.
    --fail worse|attention           Exit with 2 when something became worse, or needs a person.
    --ring-set <name>                The tag set of the rings (Managed Spaces Ring).

  managed-spaces run <step>          Run a step here: ${Object.keys(steps).join(", ")}.

  --server <url> (OCTOPUS_URL)   --space <name or id> (OCTOPUS_SPACE)   --api-key-file <file> (OCTOPUS_API_KEY)
`;
}
