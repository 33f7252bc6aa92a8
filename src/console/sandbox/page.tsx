import { Tabs } from '../elements/tabs.tsx';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { ActOnPayment } from './act-on-payment.tsx';
import { ClockPanel } from './clock.tsx';
import { Faults } from './faults.tsx';
import { MakePayment } from './make-payment.tsx';
import { Reset } from './reset.tsx';
import { Seed } from './seed.tsx';
import { sandboxWords } from './words.ts';

/** What buyers, banks, counters and gateways do, what goes wrong, and what time it is. */
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
      <Tabs
        label={words.title}
        tabs={[
          { key: 'pay', label: words.tabs.pay, content: <MakePayment /> },
          { key: 'act', label: words.tabs.act, content: <ActOnPayment /> },
          { key: 'faults', label: words.tabs.faults, content: <Faults /> },
          { key: 'clock', label: words.tabs.clock, content: <ClockPanel /> },
          { key: 'seed', label: words.tabs.seed, content: <Seed /> },
          { key: 'reset', label: words.tabs.reset, content: <Reset /> },
        ]}
      />
    </Page>
  );
}
