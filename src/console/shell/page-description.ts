import type { ComponentType } from 'react';
import type { Words } from '../language/words.ts';
import type { Permission } from './session.ts';

export type PageGroup = 'daily' | 'lists' | 'analysis' | 'sandbox' | 'settings';

/** A line of `pages.tsx`. */
export interface PageDescription {
  /** Below `/console`; `:name` is read with wouter's `useParams`. */
  readonly path: string;
  /** What the navigation calls it. A page whose path has a parameter stands in no navigation. */
  readonly name: Words<string>;
  readonly group: PageGroup;
  /** `p`: the keys `g p` lead here. */
  readonly key?: string;
  /** What a member must be allowed to see it. Default: `read`. */
  readonly permission?: Permission;
  /** All that there is for whoever has to enrol a second factor first. */
  readonly isForEnrolment?: true;
  /** The only mode that has it. */
  readonly mode?: 'sandbox' | 'live';
  /** Where a text leads that was typed or pasted into the palette; `undefined`: this page can't do anything with it. */
  searchHref?(text: string): string | undefined;
  load(): Promise<{ readonly default: ComponentType }>;
}
