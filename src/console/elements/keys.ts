import { useEffect, useRef } from 'react';

/** A key, or two after each other (`g p`). */
export interface KeyBinding {
  readonly keys: string;
  /** What it does, for the help. Without words it isn't listed. */
  readonly label?: string | undefined;
  run(): void;
}

const bindings = new Set<{ readonly current: readonly KeyBinding[] }>();
const withinMs = 1_200;
let first: { readonly key: string; readonly at: number } | undefined;

/** Keys that do something while this component is there; the latest one to come wins. None of them may move money. */
export function useKeys(own: readonly KeyBinding[]): void {
  const latest = useRef(own);
  latest.current = own;
  useEffect(() => {
    bindings.add(latest);
    return () => {
      bindings.delete(latest);
    };
  }, []);
}

export function listedKeys(): readonly KeyBinding[] {
  const all = [...bindings].flatMap(({ current }) => current).filter(({ label }) => label !== undefined);
  return [...new Map(all.map((binding) => [binding.keys, binding])).values()];
}

/** Somebody types, chooses, or has a dialog open: keys are theirs. */
function isTaken({ target }: KeyboardEvent): boolean {
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return true;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTaken(event)) {
    return;
  }
  const all = [...bindings].reverse().flatMap(({ current }) => current);
  const pair = first && event.timeStamp - first.at < withinMs ? `${first.key} ${event.key}` : undefined;
  first = undefined;
  const found = all.find(({ keys }) => keys === pair) ?? all.find(({ keys }) => keys === event.key);
  if (found) {
    event.preventDefault();
    found.run();
  } else if (all.some(({ keys }) => keys.startsWith(`${event.key} `))) {
    first = { key: event.key, at: event.timeStamp };
  }
});
