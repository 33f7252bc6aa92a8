import { type ReactNode, useEffect } from 'react';
import { useWords } from '../language/words.ts';
import { shellWords } from './words.ts';

/** The frame of every page: its name as heading and in the browser's tab, what can be done with all of it, and its content. */
export function Page({
  title,
  lead,
  acts,
  children,
}: {
  readonly title: string;
  /** A sentence below the title: what is seen here, and what is not. */
  readonly lead?: ReactNode;
  readonly acts?: ReactNode;
  readonly children: ReactNode;
}) {
  const { product } = useWords(shellWords);
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
  return (
    <>
      <header className="page-head">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {lead && <p className="lead">{lead}</p>}
        </div>
        {acts && <div className="page-acts">{acts}</div>}
      </header>
      {children}
    </>
  );
}
