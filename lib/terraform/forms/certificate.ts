import { always, secret } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainResource } from "../plain-form.ts";
import { tenanted } from "./tenanted.ts";

export const certificate: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_certificates", collection: "certificates", label: "certificate" },
  resource: plainResource({
    label: "certificate",
    type: "octopusdeploy_certificate",
    fields: {
      Name: "name",
      Notes: always("notes"),
      CertificateData: secret("certificate_data", "data"),
      Password: secret("password", "password"),
      EnvironmentIds: "environments",
      ...tenanted,
    },
  }),
};
