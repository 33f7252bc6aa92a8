const space = 'http://www.w3.org/2000/svg';

type Shape = readonly [tag: string, attributes: Readonly<Record<string, string | number>>];

/** A box of carrots, as shapes: nothing is loaded for it. */
const shapes: readonly Shape[] = [
  ['circle', { cx: 120, cy: 104, r: 92, class: 'sun' }],
  ...carrot(62, -14),
  ...carrot(98, -5),
  ...carrot(134, 4),
  ...carrot(170, 14),
  ['path', { d: 'M26 128 H214 L202 196 H38 Z', class: 'box' }],
  ['path', { d: 'M28 140 H212 M32 162 H208 M36 184 H204', class: 'slat' }],
];

function carrot(x: number, turn: number): readonly Shape[] {
  const transform = `rotate(${turn} ${x} 120)`;
  return [
    ['path', { d: leafAt(x), class: 'leaf', transform }],
    ['path', { d: `M${x - 16} 84 q16 -12 32 0 l-8 70 q-8 14 -16 0 z`, class: 'carrot', transform }],
    ['path', { d: `M${x - 10} 98 h9 M${x + 1} 108 h8 M${x - 8} 118 h7`, class: 'ring', transform }],
  ];
}

function leafAt(x: number): string {
  return `M${x} 84 C${x - 22} 70 ${x - 20} 44 ${x - 10} 34 C${x - 6} 50 ${x - 2} 60 ${x} 70 C${x} 50 ${x + 2} 36 ${x + 8} 28 C${x + 18} 44 ${x + 20} 68 ${x} 84 Z`;
}

export function picture(): SVGElement {
  const made = element('svg', { viewBox: '0 0 240 208', class: 'picture', 'aria-hidden': 'true' });
  for (const [tag, attributes] of shapes) made.append(element(tag, attributes));
  return made;
}

function element(tag: string, attributes: Shape[1]): SVGElement {
  const made = document.createElementNS(space, tag) as SVGElement;
  for (const name of Object.keys(attributes)) made.setAttribute(name, String(attributes[name]));
  return made;
}
