import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { sandboxWords } from './words.ts';

export default function SandboxPage() {
  const words = useWords(sandboxWords);
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        <>
          <a className="button plain" href="/shop" target="_blank" rel="noreferrer">
            {words.shop}
          </a>
          <a className="button plain" href="/docs" target="_blank" rel="noreferrer">
            {words.docs}
          </a>
        </>
      }
    >
      {null}
    </Page>
  );
}
