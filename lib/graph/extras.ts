import * as z from "zod/mini";

/** What a project or a space has beside its resources, for a deployment to bring along. */
export type Extras = z.infer<typeof Extras>;

export const Extras = z.object({
  /** The file name says what kind of image it is; the digest is SHA-256 in hexadecimal. Its bytes are in {@link logoFileName}. */
  logo: z.optional(z.object({ name: z.string(), digest: z.string() })),
  /** Of a space: images of what is in it, each in the file that {@link logoFileOf} names. */
  logos: z.optional(
    z.array(z.object({ kind: z.string(), key: z.array(z.string()), name: z.string(), digest: z.string() })),
  ),
  /** Names of the runbooks that are published in the template's space. */
  publishedRunbooks: z.optional(z.array(z.string())),
  /** Where the project is connected to tenants, and what they have for its variable templates; without environments: in all. */
  tenants: z.optional(
    z.array(
      z.object({
        name: z.string(),
        environments: z.array(z.string()),
        values: z.array(z.object({ template: z.string(), value: z.string(), environments: z.array(z.string()) })),
      }),
    ),
  ),
});

/** In the package, in Base64: beside the manifest, which is kept in every space that has a copy. */
export const logoFileName = "logo.base64";

/** The same for one of several: what has the same image shares its file. */
export function logoFileOf({ digest }: { digest: string }): string {
  return `logos/${digest}.base64`;
}
