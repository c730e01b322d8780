import { textOf } from "../../../model/json.ts";
import { block, nothing } from "../../field-forms.ts";
import { objectAt, type FieldForm } from "../../plain-form.ts";

const aws = block("aws_account_authentication", {
  AuthenticationType: nothing,
  AccountId: "account_id",
  ClusterName: "cluster_name",
  UseInstanceRole: "use_instance_role",
  AssumeRole: "assume_role",
  AssumedRoleArn: "assumed_role_arn",
  AssumedRoleSession: "assumed_role_session",
  AssumeRoleSessionDurationSeconds: "assume_role_session_duration",
  AssumeRoleExternalId: "assume_role_external_id",
});
const azure = block("azure_service_principal_authentication", {
  AuthenticationType: nothing,
  AccountId: "account_id",
  ClusterName: "cluster_name",
  ClusterResourceGroup: "cluster_resource_group",
  AdminLogin: "admin_login",
});
const certificate = block("certificate_authentication", {
  AuthenticationType: nothing,
  ClientCertificate: "client_certificate",
});
const googleCloud = block("gcp_account_authentication", {
  AuthenticationType: nothing,
  AccountId: "account_id",
  ClusterName: "cluster_name",
  Project: "project",
  Region: "region",
  Zone: "zone",
  UseVmServiceAccount: "use_vm_service_account",
  ImpersonateServiceAccount: "impersonate_service_account",
  ServiceAccountEmails: "service_account_emails",
});
const pod = block("pod_authentication", { AuthenticationType: nothing, TokenPath: "token_path" });
const standard = block("authentication", { AuthenticationType: nothing, AccountId: "account_id" });

/** By how one signs in to the cluster. */
const forms: Readonly<Record<string, FieldForm>> = {
  KubernetesAws: aws,
  KubernetesAzure: azure,
  KubernetesCertificate: certificate,
  KubernetesGoogleCloud: googleCloud,
  KubernetesPodService: pod,
  KubernetesStandard: standard,
};

export const authentication: FieldForm = (place) => {
  const type = textOf(objectAt(place), "AuthenticationType");
  const form = forms[type];
  if (typeof form === "function") return form(place);
  if (!["", "None"].includes(type))
    place.module.remark(place.node, `it signs in by ${type}, for which the provider has no words: that is left out`);
  return {};
};
