export interface Keys {
  search(): void;
  help(): void;
  /** Sets or removes the star of a tenant. */
  favourite(tenant: string): void;
  /** The space in the drawer, if one is open. */
  opened(): string | undefined;
  view(index: number): void;
  swap(): void;
  clear(): void;
  /** Shows the next or the former space in the drawer. */
  turn(step: number): void;
}

/** All that keys do, as the help says. */
export function listenToKeys(keys: Keys): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    if (target.matches("input, select, textarea")) return;
    if (press(keys, event.key, target)) event.preventDefault();
  });
}

function press(keys: Keys, key: string, target: HTMLElement): boolean {
  const opened = keys.opened();
  const isOver = document.querySelector("dialog[open]") !== null;
  if (key === "?") keys.help();
  else if (key === "f") {
    const tenant = opened ?? spaceAround(target)?.dataset["space"];
    if (tenant === undefined) return false;
    keys.favourite(tenant);
  } else if (opened !== undefined && (key === "ArrowRight" || key === "ArrowLeft"))
    keys.turn(key === "ArrowRight" ? 1 : -1);
  else if (isOver) return false;
  else if (key === "/") keys.search();
  else if (key === "t") keys.swap();
  else if (key === "Escape") keys.clear();
  else if (/^[1-6]$/.test(key)) keys.view(Number(key) - 1);
  else if (isArrow(key)) return moveFocus(key, target);
  else return false;
  return true;
}

function isArrow(key: string): boolean {
  return /^(Arrow(Up|Down|Left|Right)|Home|End)$/.test(key);
}

/** From space to space, as they lie on the page. */
function moveFocus(key: string, target: HTMLElement): boolean {
  const current = spaceAround(target);
  const isAtTop = current === undefined && target !== document.body && target.id !== "main";
  if (isAtTop || document.querySelector("[data-space]") === null) return false;
  const all = [...document.querySelectorAll<HTMLElement>("#main [data-space]")];
  const index = current === undefined ? -1 : all.indexOf(current);
  const next = key === "Home" ? all[0] : key === "End" ? all.at(-1) : index < 0 ? all[0] : neighbour(all, index, key);
  next?.querySelector<HTMLElement>(".name")?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return true;
}

function neighbour(all: readonly HTMLElement[], index: number, key: string): HTMLElement | undefined {
  const step = key === "ArrowDown" || key === "ArrowRight" ? 1 : -1;
  const current = all[index];
  if (current === undefined || key === "ArrowRight" || key === "ArrowLeft") return all[index + step];
  // The nearest one of the next line.
  const { left, top } = current.getBoundingClientRect();
  let [best, distance, line]: [HTMLElement | undefined, number, number | undefined] = [undefined, Infinity, undefined];
  for (let at = index + step; at >= 0 && at < all.length; at += step) {
    const other = all[at];
    const box = other?.getBoundingClientRect();
    if (other === undefined || box === undefined || Math.abs(box.top - top) < 4) continue;
    line ??= box.top;
    if (Math.abs(box.top - line) >= 4) break;
    const away = Math.abs(box.left - left);
    if (away < distance) [best, distance] = [other, away];
  }
  return best;
}

function spaceAround(target: HTMLElement): HTMLElement | undefined {
  return target.closest<HTMLElement>("[data-space]") ?? undefined;
}
