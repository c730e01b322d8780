import type { CommandIndex } from "./declare-command.ts";
import { isForMany } from "./is-for-many.ts";
import { indexSteps } from "./step-index.ts";

/** All commands, in the order in which people read of them. Each is a file that declares one, and a line here. */
export const commandIndex: CommandIndex = {
  install: {
    summary: "Set up a management space, or bring one up to this version",
    load: async () => (await import("./install-command.ts")).installCommand,
  },
  doctor: {
    summary: "Look whether server, key, permissions, packages and workers are in order",
    load: async () => (await import("./doctor-command.ts")).doctorCommand,
  },
  tenants: {
    summary: "Make the tenants that stand for managed spaces",
    commands: {
      add: {
        summary: "Make, tag, connect and fill a tenant, or many out of a CSV file",
        load: async () => (await import("./add-tenants-command.ts")).addTenantsCommand,
      },
    },
  },
  uninstall: {
    summary: "Take away what install made, and nothing else",
    load: async () => (await import("./uninstall-command.ts")).uninstallCommand,
  },
  baseline: {
    summary: "Write what a space has as a baseline in YAML, for Populate Space",
    load: async () => (await import("./baseline-command.ts")).baselineCommand,
  },
  adopt: {
    summary: "Write the receipt of a copy that Terraform made, so that it is known as a copy",
    load: async () => (await import("./adopt-command.ts")).adoptCommand,
  },
  rehearse: {
    summary: "Tell what deploying a package would do in the spaces of all tenants",
    load: async () => (await import("./rehearse-command.ts")).rehearseCommand,
  },
  deploy: {
    summary: "Run Deploy Project for many tenants, and watch the runs to their end",
    load: async () => (await import("./run-many-command.ts")).deployCommand,
  },
  populate: {
    summary: "Run Create Client Space for many tenants",
    load: async () => (await import("./run-many-command.ts")).populateCommand,
  },
  find: {
    summary: "Run Find Updates for many tenants",
    load: async () => (await import("./run-many-command.ts")).findCommand,
  },
  merge: {
    summary: "Run Merge Updates for many tenants",
    load: async () => (await import("./run-many-command.ts")).mergeCommand,
  },
  run: {
    summary: "Run a step here, or any runbook for many tenants",
    load: async () => (await import("./run-many-command.ts")).runRunbookCommand,
    commands: indexSteps,
    isOwn: isForMany,
    belowAre: "step",
    ownHint: "A runbook is run for tenants: say for whom by --tenants, --tag or --ring.",
  },
  fleet: {
    summary: "Look at all spaces that tenants stand for: what needs a person, versions, deployments",
    load: async () => (await import("./fleet-command.ts")).fleetCommand,
  },
  completion: {
    summary: "Print what makes a shell complete these commands: bash, zsh, fish or powershell",
    load: async () => (await import("./completion-command.ts")).completionCommand,
  },
};
