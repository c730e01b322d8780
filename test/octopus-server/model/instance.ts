/** What a server tells about itself, all of it to be set: `createOctopusServer({ instance })`, or later in `server.model.instance`. */
export interface InstanceFacts {
  /** False for a server that keeps no audit trail. */
  isAuditOn: boolean;
  /** Only who may administer the system may change anything. */
  isInMaintenance: boolean;
  /** When the maintenance ends, as the API writes times. */
  maintenanceExpires: string | null;
  /** A newer version that could be installed. */
  upgrade: { version: string; isCoveredByLicense: boolean } | null;
  health: InstanceHealth;
  license: InstanceLicense;
  nodes: ServerNode[];
}

export interface InstanceHealth {
  isOperatingNormally: boolean;
  isReadOnly: boolean;
  isDraining: boolean;
  description: string;
}

export interface InstanceLicense {
  isCompliant: boolean;
  summary: string;
  /** The last day, such as `2027-01-31`; null without an end. */
  expires: string | null;
  doesExpiryBlock: boolean;
  /** How many there may be; null, or nothing, for as many as one likes. Machines are deployment targets. */
  limits: {
    projects: number | null;
    tenants: number | null;
    machines: number | null;
    workers?: number | null;
    users?: number | null;
  };
}

export interface ServerNode {
  name: string;
  isOffline: boolean;
  isInMaintenance: boolean;
  /** As the API writes times; null for now. */
  lastSeen: string | null;
  maxConcurrentTasks: number;
}

/** As {@link InstanceFacts}; what is left out is as on a server that is well. */
export interface InstanceOptions extends Partial<Omit<InstanceFacts, "health" | "license" | "nodes">> {
  health?: Partial<InstanceHealth>;
  license?: Partial<Omit<InstanceLicense, "limits">> & { limits?: Partial<InstanceLicense["limits"]> };
  nodes?: readonly (Partial<ServerNode> & { name: string })[];
}

const wellNode = { isOffline: false, isInMaintenance: false, lastSeen: null, maxConcurrentTasks: 5 };

/** A server that is well, needs no license and has one node, except for what is said. */
export function createInstance({ health, license, nodes, ...facts }: InstanceOptions = {}): InstanceFacts {
  return {
    isAuditOn: true,
    isInMaintenance: false,
    maintenanceExpires: null,
    upgrade: null,
    ...facts,
    health: {
      isOperatingNormally: true,
      isReadOnly: false,
      isDraining: false,
      description: "The local Octopus is operating normally.",
      ...health,
    },
    license: {
      isCompliant: true,
      summary: "The local Octopus needs no license.",
      expires: null,
      doesExpiryBlock: false,
      ...license,
      limits: { projects: null, tenants: null, machines: null, ...license?.limits },
    },
    nodes: (nodes ?? [{ name: "local" }]).map((node) => ({ ...wellNode, ...node })),
  };
}
