import { awkward, secret, type KindStory } from "../kind-story.ts";
import { pem, pemWithKeyAndChain } from "../sample-certificates.ts";
import { makeScope, makeTenants, scoped } from "../scope.ts";

export const stories: KindStory[] = [
  {
    kind: "certificate",
    what: "with key, chain and password, for an environment, a tenant and a tag, beside the one that it replaced",
    prepare: makeTenants,
    edit: { Notes: "Edited", TenantIds: [] },
    async seed(space) {
      const whole = await space.post("/certificates", {
        Name: awkward("leaf.example"),
        Notes: "Renewed each autumn.",
        CertificateData: { HasValue: true, NewValue: pemWithKeyAndChain },
        Password: secret("of a key"),
        ...scoped(await makeScope(space)),
      });
      await space.post(`/certificates/${whole.Id}/replace`, {
        Id: whole.Id,
        CertificateData: pemWithKeyAndChain,
        Password: secret("of a key").NewValue,
      });
      await space.post("/certificates", {
        Name: "Public",
        CertificateData: { HasValue: true, NewValue: pem },
        TenantedDeploymentParticipation: "Tenanted",
      });
      await space.post("/certificates", { Name: "Shared", CertificateData: { HasValue: true, NewValue: pem } });
    },
  },
];
