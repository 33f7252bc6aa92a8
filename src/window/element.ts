type Child = Node | string | null | false | undefined;

interface Properties {
  readonly class?: string;
  readonly [name: string]: string | number | boolean | null | undefined | ((event: never) => void);
}

/** Makes an element: `on…` become handlers, true and false properties, everything else attributes. What is null is left out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const name of Object.keys(properties)) {
    const value = properties[name];
    if (value === null || value === undefined) continue;
    if (typeof value === 'function' || typeof value === 'boolean') Object.assign(made, { [name]: value });
    else made.setAttribute(name, String(value));
  }
  for (const child of children) if (child) made.append(child);
  return made;
}

/** A list of names and what they are; a pair without a value is left out. */
export function pairs(
  className: string,
  ...all: readonly (readonly [name: string, value: Child | null])[]
): HTMLDListElement {
  const list = h('dl', { class: className });
  for (const [name, value] of all) if (value) list.append(h('div', {}, h('dt', {}, name), h('dd', {}, value)));
  return list;
}
