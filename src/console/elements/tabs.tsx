import type { ReactNode } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components';
import { useUrlValue } from './url-values.ts';

export interface TabDescription {
  readonly key: string;
  readonly label: string;
  readonly content: ReactNode;
}

/** The chosen tab stands in the URL (`?tab=`), so that a reload and a link find it; `name` where a page has several. */
export function Tabs({
  label,
  tabs,
  name = 'tab',
}: {
  readonly label: string;
  readonly tabs: readonly TabDescription[];
  readonly name?: string;
}) {
  const [value, setValue] = useUrlValue(name);
  const chosen = tabs.some(({ key }) => key === value) ? value : (tabs[0]?.key ?? '');
  return (
    <AriaTabs className="tabs" selectedKey={chosen} onSelectionChange={(key) => setValue(String(key))}>
      <TabList aria-label={label} className="tab-list">
        {tabs.map(({ key, label: text }) => (
          <Tab key={key} id={key} className="tab">
            {text}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ key, content }) => (
        <TabPanel key={key} id={key} className="tab-panel">
          {content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
