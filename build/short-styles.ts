import { pathToFileURL } from "node:url";
import { transform } from "esbuild";
import type { Plugin } from "esbuild";
import * as z from "zod/mini";

const Styles = z.record(z.string(), z.string());

/** The styles of pages, written for their readers, without what is there for these: 1,000 characters of a script body. */
export const shortStyles: Plugin = {
  name: "short styles",
  setup({ onLoad }) {
    onLoad({ filter: /\/lib\/.*\bstyle\.ts$/ }, async ({ path }) => {
      const styles = Object.entries(Styles.parse({ ...(await import(pathToFileURL(path).href)) }));
      const modules = styles.map(async ([name, css]) => {
        const { code } = await transform(css, { loader: "css", minify: true, charset: "utf8" });
        return `export const ${name} = ${JSON.stringify(code.trim())};`;
      });
      return { contents: (await Promise.all(modules)).join("\n"), loader: "js" };
    });
  },
};
