import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useWords } from '../language/words.ts';
import { chartWords } from './words.ts';

export type Tint = 'main' | 'good' | 'bad' | 'doubt' | 'faint';

export interface Series {
  readonly name: string;
  readonly tint: Tint;
  readonly values: readonly number[];
  /** Where the number of this place leads. */
  href(place: number): string;
}

const width = 720;
const height = 170;
const left = 4;
const bottom = 20;
const top = 16;
/** Room for a day and an hour. */
const labelWidth = 130;

/**
 * Bars upon each other per time, in plain SVG. The picture is one image to a screen reader, with its sums in words; the table below has every number, and
 * each leads to its list.
 */
export function BarChart({
  title,
  text,
  labels,
  series,
  format,
  isStacked = true,
}: {
  readonly title: string;
  readonly text: string;
  /** Of the times. */
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  format(value: number): string;
  /** False: beside each other, for numbers that can't be added. */
  readonly isStacked?: boolean;
}) {
  const words = useWords(chartWords);
  const heights = labels.map((_, place) => {
    const values = series.map(({ values: own }) => own[place] ?? 0);
    return isStacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
  });
  const most = Math.max(...heights);
  const isEmpty = !(most > 0);
  const step = (width - left) / labels.length;
  const scale = (height - top - bottom) / (isEmpty ? 1 : most);
  const labelEvery = Math.max(1, Math.ceil(labelWidth / step));
  return (
    <section className="card chart" aria-label={title}>
      <h2>{title}</h2>
      <p className="faint">{text}</p>
      {isEmpty ? (
        <p className="chart-empty">{words.nothing}</p>
      ) : (
        <>
          <Legend series={series} />
          <svg
            viewBox={`0 0 ${width} ${height}`}
            role="img"
            aria-label={`${title}: ${series.map(({ name, values }) => `${name} ${format(isStacked ? sum(values) : Math.max(...values))}`).join(', ')}`}
          >
            <line x1={left} x2={width} y1={top} y2={top} className="grid" />
            <line x1={left} x2={width} y1={height - bottom} y2={height - bottom} className="base" />
            <text x={left} y={top - 4} className="axis">
              {format(most)}
            </text>
            {labels.map((label, place) => (
              <Bars
                key={label}
                place={place}
                label={label}
                series={series}
                x={left + place * step}
                step={step}
                scale={scale}
                isStacked={isStacked}
                format={format}
              />
            ))}
            {labels.map((label, place) =>
              place % labelEvery === 0 && left + place * step < width - labelWidth ? (
                <text key={label} x={left + place * step} y={height - 5} className="axis">
                  {label}
                </text>
              ) : null,
            )}
          </svg>
          <NumbersTable title={title} labels={labels} series={series} heights={heights} format={format} />
        </>
      )}
    </section>
  );
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

function Legend({ series }: { readonly series: readonly Series[] }) {
  return (
    <ul className="legend" aria-hidden="true">
      {series.map(({ name, tint }) => (
        <li key={name}>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect width="10" height="10" className={`tint-${tint}`} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

function Bars({
  place,
  label,
  series,
  x,
  step,
  scale,
  isStacked,
  format,
}: {
  readonly place: number;
  readonly label: string;
  readonly series: readonly Series[];
  readonly x: number;
  readonly step: number;
  readonly scale: number;
  readonly isStacked: boolean;
  format(value: number): string;
}): ReactNode {
  const gap = Math.min(2, step * 0.2);
  const share = isStacked ? step - gap : (step - gap) / series.length;
  let below = 0;
  return series.map(({ name, tint, values }, which) => {
    const value = values[place] ?? 0;
    if (value === 0) return null;
    const length = Math.max(value * scale, 1);
    const y = height - bottom - below - length;
    if (isStacked) below += length;
    return (
      <rect
        key={name}
        x={x + (isStacked ? 0 : which * share)}
        y={y}
        width={share}
        height={length}
        className={`tint-${tint}`}
      >
        <title>{`${label} · ${name}: ${format(value)}`}</title>
      </rect>
    );
  });
}

/** Only the times at which there is something. */
function NumbersTable({
  title,
  labels,
  series,
  heights,
  format,
}: {
  readonly title: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly heights: readonly number[];
  format(value: number): string;
}) {
  const words = useWords(chartWords);
  return (
    <details>
      <summary>{words.table}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section className="numbers" aria-label={`${title}: ${words.table}`} tabIndex={0}>
        <table>
          <caption className="unseen">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{words.time}</th>
              {series.map(({ name }) => (
                <th key={name} scope="col" className="end">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((label, place) =>
              heights[place] === 0 ? null : (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {series.map((each) => (
                    <td key={each.name} className="end">
                      <NumberLink href={each.href(place)} value={each.values[place] ?? 0} format={format} />
                    </td>
                  ))}
                </tr>
              ),
            )}
          </tbody>
        </table>
      </section>
    </details>
  );
}

export function NumberLink({
  href,
  value,
  format,
}: {
  readonly href: string;
  readonly value: number;
  format(value: number): string;
}) {
  return value === 0 ? format(value) : <Link href={href}>{format(value)}</Link>;
}
