import { listInputs } from "./bundle.ts";
import type { PublishedBody } from "./published.ts";
import type { RenderedTemplate } from "./render-project.ts";

/** How many inputs of a program are named. */
const named = 5;

/**
 * What the script bodies weigh, in characters: for each flavor the lightest and the heaviest or, detailed, each body and what most of its
 * program is.
 */
export async function renderSizes(
  { templates, published }: { templates: readonly RenderedTemplate[]; published: readonly PublishedBody[] },
  { isDetailed }: { isDetailed: boolean },
): Promise<string> {
  const flavors = ["inline", "packaged", "published"] as const;
  const rows = templates.map(({ slug, inline, packaged }) => ({
    slug,
    sizes: {
      inline: inline.length,
      packaged: packaged.length,
      published: published.find((body) => body.slug === slug && body.syntax === "Bash")?.body.length ?? 0,
    },
  }));
  if (!isDetailed) {
    return flavors
      .map((flavor) => {
        const sorted = rows.toSorted((a, b) => a.sizes[flavor] - b.sizes[flavor]);
        const [least, most] = [sorted.at(0), sorted.at(-1)];
        if (least === undefined || most === undefined) return `${flavor}: none`;
        return `${flavor.padEnd(9)} ${format(least.sizes[flavor])} to ${format(most.sizes[flavor])} characters, most in ${most.slug}`;
      })
      .join("\n");
  }
  const lines = [
    ["characters".padEnd(24), ...flavors.map((flavor) => flavor.padStart(10)), "  most of its program, in bytes"].join(
      "",
    ),
  ];
  for (const { slug, sizes } of rows) {
    const inputs = await listInputs({ slug, path: `steps/${slug}/step.ts` });
    const heaviest = inputs.slice(0, named).map(({ name, bytes }) => `${name} ${format(bytes)}`);
    lines.push(
      [
        slug.padEnd(24),
        ...flavors.map((flavor) => format(sizes[flavor]).padStart(10)),
        `  ${heaviest.join(" · ")}`,
      ].join(""),
    );
  }
  return lines.join("\n");
}

function format(count: number): string {
  return count.toLocaleString("en-US");
}
