// What runs on a page on which people decide about conflicts: collects the lines of the radio buttons that are chosen.

const found = document.querySelector<HTMLElement>(".decided");
if (found !== null) start(found);

function start(panel: HTMLElement): void {
  const radios = [...document.querySelectorAll<HTMLInputElement>(".choice input")];
  const status = panel.querySelector("[role=status]");
  const output = panel.querySelector("textarea");
  const lines = (): string[] => radios.filter((radio) => radio.checked && radio.value !== "").map(({ value }) => value);

  function show(): void {
    const chosen = lines();
    if (output === null || status === null) return;
    output.value = chosen.join("\n");
    output.rows = Math.min(6, Math.max(2, chosen.length));
    if (output.parentElement !== null) output.parentElement.hidden = chosen.length === 0;
    status.textContent =
      chosen.length === 0 ? "Nothing is decided yet." : `${chosen.length} of ${panel.dataset["of"] ?? ""} decided.`;
  }

  /** @param of - the numbers of the conflicts that are meant; all where it is undefined */
  function chooseAll(beginning: string, of: string | undefined): void {
    const names = of?.split(" ").map((number) => `conflict-${number}`);
    for (const radio of radios)
      if (radio.value.startsWith(beginning) && names?.includes(radio.name) !== false) radio.checked = true;
    show();
  }

  async function copy(button: HTMLElement): Promise<void> {
    const text = lines().join("\n");
    const quoted = `'${panel.dataset["assigned"] ?? ""}${text.replaceAll("'", "'\\''")}'`;
    const isCopied = await write(
      button.dataset["copy"] === "command" ? (panel.dataset["command"] ?? "") + quoted : text,
    );
    const said = button.textContent;
    button.textContent = isCopied ? "Copied" : "Press Ctrl+C";
    setTimeout(() => (button.textContent = said), 1500);
  }

  /** A page that was opened as a file may not write to the clipboard in each browser: then the text is chosen, for people to copy. */
  async function write(text: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      if (output === null) return false;
      output.value = text;
      output.select();
      return document.execCommand("copy");
    }
  }

  document.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("button") : null;
    if (button?.dataset["all"] !== undefined) chooseAll(button.dataset["all"], button.dataset["of"]);
    if (button?.dataset["copy"] !== undefined) void copy(button);
  });
  show();
}
