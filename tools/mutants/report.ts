import type { Mutant } from './mutant.ts';
import type { Verdict } from './workplace.ts';

export interface Judged extends Mutant, Verdict {}

/** Why a survivor survives, as far as somebody has looked: `survivors.json`, by the mutant's id. */
export interface Known {
  readonly verdict: 'equivalent' | 'second guard' | 'to be done';
  readonly reason: string;
}

export interface Score {
  readonly made: number;
  readonly noticed: number;
  readonly survived: number;
  readonly unreadable: number;
  readonly equivalent: number;
  /** Of those that are readable and not equivalent, the part that was noticed; between 0 and 1. */
  readonly score: number;
}

export function scoreOf(judged: readonly Judged[], known: Readonly<Record<string, Known>>): Score {
  const count = (result: Verdict['result']): number => judged.filter((each) => each.result === result).length;
  const isEquivalent = ({ id, result }: Judged): boolean =>
    result === 'survived' && known[id]?.verdict === 'equivalent';
  const equivalent = judged.filter(isEquivalent).length;
  const [noticed, survived, unreadable] = [count('noticed'), count('survived'), count('no statement')];
  const counted = noticed + survived - equivalent;
  return {
    made: judged.length,
    noticed,
    survived,
    unreadable,
    equivalent,
    score: counted === 0 ? 1 : noticed / counted,
  };
}

const percent = (score: number): string => `${(score * 100).toFixed(1)} %`;
const inline = (text: string): string => {
  const short = text.replace(/\s+/g, ' ').trim();
  return `\`${(short.length > 90 ? `${short.slice(0, 87)}…` : short || ' ').replaceAll('|', '\\|')}\``;
};

export function markdownOf(judged: readonly Judged[], known: Readonly<Record<string, Known>>, how: string): string {
  const lines = ['# Mutation run', '', how, ''];
  lines.push(
    '| folder | made | noticed | survived | of these equivalent | unreadable | score |',
    '|---|--:|--:|--:|--:|--:|--:|',
  );
  const folderOf = ({ file }: Judged): string => file.split('/').slice(0, 3).join('/');
  const row = (name: string, part: readonly Judged[]): string => {
    const { made, noticed, survived, equivalent, unreadable, score } = scoreOf(part, known);
    return `| ${name} | ${made} | ${noticed} | ${survived} | ${equivalent} | ${unreadable} | ${percent(score)} |`;
  };
  for (const folder of [...new Set(judged.map(folderOf))].sort()) {
    lines.push(
      row(
        `\`${folder}\``,
        judged.filter((each) => folderOf(each) === folder),
      ),
    );
  }
  lines.push(row('**all**', judged), '', '## Survivors', '');
  lines.push('| id | where | what | before | after | why |', '|---|---|---|---|---|---|');
  for (const each of judged.filter(({ result }) => result === 'survived')) {
    const why = known[each.id];
    lines.push(
      `| ${each.id} | \`${each.file.replace('src/core/', '')}:${each.line}\` | ${each.kind} | ${inline(each.original)} | ${inline(each.replacement)} | ${why ? `${why.verdict}: ${why.reason}` : 'not looked at'} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}
