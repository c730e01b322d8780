import { scopingEnvironments } from "../model/environment-kinds.ts";
import { createHash, X509Certificate } from "node:crypto";
import type { Resource } from "../model/collection.ts";
import { propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { isSensitive, sensitive } from "../model/sensitive.ts";
import { requirePermission } from "./access.ts";
import { requireBody } from "./binding.ts";
import { createCrud } from "./crud.ts";
import { badRequest, type Answer, type Call, type Route } from "./route.ts";
import { checkTenantTags } from "./tagsets.ts";
import { whyUsed } from "./usage.ts";

const certificates = createCrud({
  kind: "certificates",
  path: "/api/{space}/certificates",
  itemType: "Certificate",
  noun: "certificate",
  fields: {
    Name: "",
    Notes: "",
    CertificateData: null,
    Password: null,
    EnvironmentIds: [],
    TenantedDeploymentParticipation: "Untenanted",
    TenantIds: [],
    TenantTags: [],
  },
  naming: { unique: false, slugs: false },
  sensitiveFields: ["CertificateData", "Password"],
  references: { EnvironmentIds: scopingEnvironments, TenantIds: "tenants" },
  // Source: the reference: data and password are no part of the PUT.
  kept: ["CertificateData", "Password"],
  validate: (fields, call, stored) => {
    checkTenantTags(textsOf(fields, "TenantTags"), call);
    // Docs, certificates; the sentence is assumed.
    if (textOf(fields, "Notes").length > 10_240) throw badRequest("The Notes must be 10240 characters or fewer.");
    // Source: go-octopusdeploy requires it; the sentence is assumed.
    if (stored === undefined && !isSensitive(fields["CertificateData"]))
      throw badRequest("Please provide the certificate.");
  },
  defaults: (fields, { model }, stored) => ({
    ...describe(stored ?? fields, model.now()),
    Archived: stored?.["Archived"] ?? null,
    ReplacedBy: stored?.["ReplacedBy"] ?? null,
  }),
  inUse: (certificate, call) => whyUsed(certificate, call, ["variablesets", "machines"]),
  take: 15,
  sortBy: inOrder,
  // Docs, certificates: archived ones are listed only when asked for.
  listed: (certificate, { query }) =>
    (certificate["Archived"] !== null) === (query.get("archived")?.toLowerCase() === "true"),
  filters: {
    search: isSought,
    partialName: isSought,
    tenant: (certificate, value) => textsOf(certificate, "TenantIds").includes(value),
  },
  links: (self) => ({
    Archive: `${self}/archive`,
    Unarchive: `${self}/unarchive`,
    Replace: `${self}/replace`,
    Export: `${self}/export{?format,password,includePrivateKey}`,
    Usages: `${self}/usages`,
  }),
  permissions: {
    view: "CertificateView",
    create: "CertificateCreate",
    edit: "CertificateEdit",
    delete: "CertificateDelete",
  },
});

const path = "/api/{space}/certificates/{id}";

export const certificatesRoutes: Route[] = [
  { method: "GET", path, handle: (call) => ({ body: certificates.show(find(call), call) }) },
  ...certificates.routes.filter((route) => route.method !== "GET" || route.path !== path),
  { method: "POST", path: `${path}/archive`, handle: (call) => ({ body: archive(call) }) },
  { method: "POST", path: `${path}/archive/v1`, handle: (call) => (archive(call), { body: {} }) },
  { method: "POST", path: `${path}/unarchive`, handle: (call) => ({ body: change(call, { Archived: null }) }) },
  { method: "POST", path: `${path}/unarchive/v1`, handle: (call) => (change(call, { Archived: null }), { body: {} }) },
  { method: "POST", path: `${path}/replace`, handle: replaceCertificate },
  {
    method: "GET",
    path: `${path}/usages`,
    handle: (call) => ({
      body: {
        DeploymentTargetUsages: [],
        LibraryVariableSetUsages: [],
        ProjectUsages: [],
        TenantUsages: [],
        Id: find(call).Id,
      },
    }),
  },
];

/** Docs, certificates: by the end of their validity, or the last one made first. */
function inOrder(found: Resource[], { query }: Call): Resource[] {
  if (query.get("orderBy")?.toLowerCase() === "recent") return found.toReversed();
  return found.toSorted((a, b) => (textOf(a, "NotAfter") < textOf(b, "NotAfter") ? -1 : 1));
}

/** Docs, certificates: a part of its name, subject or thumbprint. */
function isSought(certificate: Resource, value: string): boolean {
  return ["Name", "SubjectDistinguishedName", "Thumbprint"].some((field) =>
    textOf(certificate, field).toLowerCase().includes(value.toLowerCase()),
  );
}

/** Docs, certificates: by its id or its thumbprint. */
function find(call: Call): Resource {
  const wanted = call.params["id"] ?? "";
  const byThumbprint = call.model
    .collection("certificates")
    .listInSpace(call.space.Id, (one) => textOf(one, "Thumbprint").toLowerCase() === wanted.toLowerCase())[0];
  return certificates.find(byThumbprint?.Id ?? wanted, call);
}

function archive(call: Call): Fields {
  return change(call, { Archived: call.model.now().toISOString() });
}

function change(call: Call, fields: Fields): Fields {
  const certificate = find(call);
  requirePermission(call, "CertificateEdit", { kind: "certificates", resource: certificate });
  return certificates.show(
    call.model.collection("certificates").replace(certificate.Id, { ...certificate, ...fields }),
    call,
  );
}

/** The new certificate takes the id; the old one is kept under a new id, archived (docs: replacing certificates). */
function replaceCertificate(call: Call): Answer {
  const certificate = find(call);
  const sent = requireBody(call.body);
  const data = propertyOf(sent, "CertificateData");
  if (typeof data !== "string" || data === "") throw badRequest("Please provide the certificate.");
  const { Id: _id, ...old } = certificate;
  call.model
    .collection("certificates")
    .add({ ...old, Archived: call.model.now().toISOString(), ReplacedBy: certificate.Id });
  const password = propertyOf(sent, "Password");
  const secrets = {
    CertificateData: sensitive(data),
    Password: typeof password === "string" && password !== "" ? sensitive(password) : null,
  };
  return { body: change(call, { ...secrets, ...describe(secrets, call.model.now()) }) };
}

/** What a certificate says about itself. A PFX is not opened here: it is described as one with a private key. */
function describe(fields: Fields, now: Date): Fields {
  const data = fields["CertificateData"];
  const bytes = Buffer.from(isSensitive(data) ? data.$sensitive : "", "base64");
  const parsed = parse(bytes);
  const common = {
    Version: 3,
    CertificateChain: [],
    SubjectAlternativeNames: [],
    IsExpired: false,
    SerialNumber: "",
    SignatureAlgorithmName: "sha256RSA",
  };
  if (parsed === undefined) {
    const print = createHash("sha1").update(bytes).digest("hex").toUpperCase();
    return {
      ...common,
      ...names("", ""),
      CertificateDataFormat: "Pkcs12",
      Thumbprint: print,
      HasPrivateKey: true,
      SelfSigned: false,
      NotAfter: "",
      NotBefore: "",
    };
  }
  return {
    ...common,
    ...names(parsed.subject, parsed.issuer),
    CertificateChain: chainOf(bytes),
    SubjectAlternativeNames: parsed.subjectAltName?.split(", ").map((name) => name.replace(/^[^:]*:/, "")) ?? [],
    CertificateDataFormat: bytes.includes("-----BEGIN") ? "Pem" : "Der",
    Thumbprint: parsed.fingerprint.replaceAll(":", ""),
    HasPrivateKey: bytes.includes("PRIVATE KEY-----"),
    SelfSigned: parsed.subject === parsed.issuer,
    NotBefore: new Date(parsed.validFrom).toISOString(),
    NotAfter: new Date(parsed.validTo).toISOString(),
    IsExpired: new Date(parsed.validTo) < now,
    SerialNumber: parsed.serialNumber,
  };
}

/** Source: OctopusClients: what came with the first certificate of a file. */
function chainOf(bytes: Buffer): Fields[] {
  const [, ...others] = bytes.toString().match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  return others.flatMap((one) => {
    const parsed = parse(Buffer.from(one));
    if (parsed === undefined) return [];
    const { SubjectDistinguishedName, IssuerDistinguishedName } = names(parsed.subject, parsed.issuer);
    return {
      SubjectDistinguishedName,
      IssuerDistinguishedName,
      Thumbprint: parsed.fingerprint.replaceAll(":", ""),
      NotBefore: new Date(parsed.validFrom).toISOString(),
      NotAfter: new Date(parsed.validTo).toISOString(),
      Version: 3,
      SerialNumber: parsed.serialNumber,
      SignatureAlgorithmName: "sha256RSA",
    };
  });
}

function parse(bytes: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}

function names(subject: string, issuer: string): Fields {
  const part = (name: string, key: string): string => new RegExp(`^${key}=(.*)$`, "m").exec(name)?.[1] ?? "";
  const oneLine = (name: string): string => name.split("\n").toReversed().join(", ");
  return {
    SubjectDistinguishedName: oneLine(subject),
    SubjectCommonName: part(subject, "CN"),
    SubjectOrganization: part(subject, "O"),
    IssuerDistinguishedName: oneLine(issuer),
    IssuerCommonName: part(issuer, "CN"),
    IssuerOrganization: part(issuer, "O"),
  };
}
