import { always, only, secret } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainResource } from "../plain-form.ts";
import { renamable } from "./renamable.ts";

export const proxy: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_machine_proxies", collection: "machine_proxies", label: "machine_proxy" },
  resource: plainResource({
    label: "machine_proxy",
    type: "octopusdeploy_machine_proxy",
    fields: {
      Name: renamable("machine proxy"),
      ProxyType: only("HTTP"),
      Host: "host",
      Port: "port",
      Username: always("username"),
      Password: secret("password", "password", ""),
    },
  }),
};
