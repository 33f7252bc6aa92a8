import { Component, type ReactNode } from 'react';
import { Button } from '../elements/button.tsx';
import { useWords } from '../language/words.ts';
import { shellWords } from './words.ts';

interface Props {
  /** Another one takes the failure back: the place in the console. */
  readonly place: string;
  readonly children: ReactNode;
}

interface State {
  readonly error: unknown;
  readonly place: string;
}

/** A page that breaks leaves the rest of the console standing. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): Partial<State> | null {
    return place === state.place ? null : { error: undefined, place };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === undefined ? this.props.children : <Broken error={error} />;
  }
}

/** A part of the console that the server no longer has, since it has become a newer one. */
const isOutdated = (error: unknown): boolean =>
  error instanceof TypeError && /module|import/i.test(error.message) && /fetch|load|import/i.test(error.message);

function Broken({ error }: { readonly error: unknown }) {
  const words = useWords(shellWords);
  const outdated = isOutdated(error);
  return (
    <div className="problem bad" role="alert">
      <p className="problem-message">{outdated ? words.outdated : words.broken}</p>
      <p>{outdated ? words.outdatedText : words.brokenText}</p>
      {!outdated && (
        <p className="faint">
          <code>{error instanceof Error ? error.message : String(error)}</code>
        </p>
      )}
      <Button kind="primary" onClick={() => location.reload()}>
        {words.reload}
      </Button>
    </div>
  );
}
