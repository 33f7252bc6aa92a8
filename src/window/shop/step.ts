import { h } from '../element.ts';
import type { Words } from './words.ts';

export interface Sample {
  readonly name: string;
  readonly text: string;
}

export interface Step {
  readonly element: HTMLElement;
  /** Puts these in the place of what the step showed, and the code of it beside them. */
  show(children: readonly (Node | null | false)[], samples: readonly Sample[]): void;
  /** The code alone, while somebody types. */
  code(samples: readonly Sample[]): void;
  /** Until there is something to show. */
  hide(): void;
  /** Brings whoever acts to it. */
  focus(): void;
  say(sentence: string, mood?: 'good' | 'bad'): void;
}

/** One thing that a shop does, with its code beside it. */
export function step(name: string, title: string, words: Words): Step {
  const heading = h('h2', { id: `${name}-title`, tabindex: -1 }, title);
  const body = h('div', { class: 'act' });
  const note = h('p', { class: 'note', role: 'status' });
  const code = h('div', { class: 'codes' });
  const element = h(
    'section',
    { id: name, class: 'step', 'aria-labelledby': `${name}-title`, hidden: true },
    h('div', { class: 'doing' }, heading, body, note),
    code,
  );
  return {
    element,
    show(children, samples) {
      element.hidden = false;
      body.textContent = '';
      for (const child of children) if (child) body.append(child);
      drawSamples(code, samples, words);
    },
    code: (samples) => drawSamples(code, samples, words),
    hide() {
      element.hidden = true;
    },
    focus() {
      heading.focus({ preventScroll: true });
      element.scrollIntoView({ block: 'start' });
    },
    say(sentence, mood) {
      note.className = mood ? `note ${mood}` : 'note';
      note.textContent = sentence;
    },
  };
}

/** What is open stays open, however often it is drawn; on a wide screen they are open from the beginning. */
function drawSamples(place: HTMLElement, samples: readonly Sample[], words: Words): void {
  const drawn = Array.from(place.children) as HTMLDetailsElement[];
  const isWide = window.matchMedia('(min-width: 960px)').matches;
  const open = samples.map((_, at) => (drawn[at] ? drawn[at].open : isWide && at === 0));
  place.textContent = '';
  for (const [at, sample] of samples.entries()) place.append(drawSample(sample, open[at] ?? false, words));
}

function drawSample({ name, text }: Sample, open: boolean, words: Words): HTMLDetailsElement {
  const code = h('code', {}, text);
  const said = h('span', { class: 'said', role: 'status' });
  const copy = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      onclick: async () => {
        said.textContent = (await copyText(text, code)) ? words.copied : words.copyFailed;
      },
    },
    words.copy,
  );
  return h(
    'details',
    { class: 'sample', open },
    h('summary', {}, h('span', { class: 'unseen' }, `${words.code}: `), name),
    h('div', { class: 'sample-bar' }, copy, said),
    h('pre', { tabindex: 0, role: 'group', 'aria-label': name }, code),
  );
}

/** A page that came over http from another machine has no clipboard; there the selection is copied. */
async function copyText(text: string, element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return document.execCommand('copy');
  }
}
