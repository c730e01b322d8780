/** `[text](address)` in Markdown; in brackets of the text there may be others, as in a name such as `Shop [old]`. */
const link = /\[((?:[^[\]]|\[[^[\]]*\])*)\]\((https?:\/\/[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\)/g;

/** A line of a step's log as people read it where nothing renders Markdown: each link as its text, with the address in brackets. */
export function withPlainLinks(line: string): string {
  return line.replaceAll(link, (_, text: string, address: string) => {
    const said = text.replaceAll(/\\([\\`*_{}[\]()#+\-.!|<>~])/g, "$1");
    return said === address || said === "" ? address : `${said} (${address})`;
  });
}
