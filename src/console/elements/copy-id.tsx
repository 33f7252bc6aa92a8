import { useWords } from '../language/words.ts';
import { useToast } from './toast.tsx';
import { elementWords } from './words.ts';

/** An id with its copy button (`isBare`: the button alone, beside a link that says the id), also without HTTPS, where browsers have no clipboard for pages. */
export function CopyId({
  id,
  label,
  isBare = false,
}: {
  readonly id: string;
  readonly label?: string;
  readonly isBare?: boolean;
}) {
  const words = useWords(elementWords);
  const toast = useToast();
  if (id === '') return <span className="faint">{words.unknown}</span>;
  return (
    <span className="copy-id">
      {!isBare && <code>{id}</code>}
      <button
        type="button"
        className="icon-button"
        aria-label={`${words.copy}: ${label ?? id}`}
        title={words.copy}
        onClick={(event) => {
          event.stopPropagation();
          void copyText(id).then(() => toast(`${words.copied}: ${id}`));
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M5 5V2.5h8.5V11H11M2.5 5H11v8.5H2.5z" fill="none" stroke="currentColor" strokeWidth="1.3" />
        </svg>
      </button>
    </span>
  );
}

export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'unseen';
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
