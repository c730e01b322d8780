/**
 * What a reader has open, and where the focus is: for content that takes the place of other content.
 * @returns what sets it again; false while what had the focus is not there yet
 */
export function remember(root: HTMLElement): () => boolean {
  const open = [...root.querySelectorAll<HTMLElement>("details[open][data-key]")].map(({ dataset }) => dataset["key"]);
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.closest<HTMLElement>("[data-key]")?.dataset["key"];
  const space = active?.closest<HTMLElement>("[data-space]")?.dataset["space"];
  return () => {
    for (const details of root.querySelectorAll<HTMLDetailsElement>("details[data-key]"))
      if (open.includes(details.dataset["key"])) details.open = true;
    if (key === undefined && space === undefined) return true;
    const again =
      key === undefined
        ? root.querySelector<HTMLElement>(`[data-space="${CSS.escape(space ?? "")}"] .name`)
        : root.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    const focused = again?.querySelector<HTMLElement>("summary") ?? again;
    focused?.focus({ preventScroll: true });
    return focused !== null && focused !== undefined;
  };
}
