import { Dialog } from '../elements/dialog.tsx';
import { listedKeys } from '../elements/keys.ts';
import { useWords } from '../language/words.ts';
import { shellWords } from './words.ts';

export function Help({ onClose }: { onClose(): void }) {
  const words = useWords(shellWords);
  const rows = [
    { keys: 'Ctrl K', label: words.keyPalette },
    { keys: 'j', label: words.keyNext },
    { keys: 'k', label: words.keyBefore },
    { keys: 'Enter', label: words.keyOpen },
    { keys: 'c', label: words.keyCopy },
    ...listedKeys(),
  ];
  return (
    <Dialog title={words.help} lead={words.helpText} onClose={onClose}>
      <dl className="keys">
        {rows.map(({ keys, label }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
