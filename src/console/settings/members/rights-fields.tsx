import { Checkbox, Select } from '../../elements/field.tsx';
import { useWords } from '../../language/words.ts';
import { type Role, useSession } from '../../shell/session.ts';
import { shellWords } from '../../shell/words.ts';
import { memberWords } from './words.ts';

export interface Rights {
  readonly role: Role;
  /** `null`: the main store and all sub-stores. */
  readonly tiers: readonly string[] | null;
  readonly mayExport: boolean;
}

/** As the API takes them. */
export function bodyOf({ role, tiers, mayExport }: Rights) {
  return { role, tiers: tiers ?? [], extra_rights: mayExport ? ['export'] : [] };
}

export function isComplete({ tiers }: Rights): boolean {
  return tiers === null || tiers.length > 0;
}

/** What a member may do, and where. */
export function RightsFields({ value, onChange }: { readonly value: Rights; onChange(rights: Rights): void }) {
  const words = useWords(memberWords);
  const { roles } = useWords(shellWords);
  const { merchant } = useSession();
  const stores = merchant?.sub_stores ?? [];
  const hasAnyway = value.role === 'owner' || value.role === 'manager';
  return (
    <>
      <Select
        label={words.role}
        hint={words.roleTexts[value.role]}
        value={value.role}
        options={Object.entries(roles).map(([role, label]) => ({ value: role, label }))}
        onChange={(role) => onChange({ ...value, role: role as Role })}
      />
      {!hasAnyway && (
        <Checkbox
          label={words.export}
          hint={words.exportHint}
          isChecked={value.mayExport}
          onChange={(mayExport) => onChange({ ...value, mayExport })}
        />
      )}
      {stores.length > 0 && (
        <fieldset>
          <legend>{words.stores}</legend>
          <Checkbox
            label={words.allStores}
            isChecked={value.tiers === null}
            onChange={(isAll) => onChange({ ...value, tiers: isAll ? null : [] })}
          />
          {value.tiers !== null &&
            stores.map(({ code, name }) => (
              <Checkbox
                key={code}
                label={`${name} (${code})`}
                isChecked={value.tiers?.includes(code) ?? false}
                onChange={(isChosen) =>
                  onChange({
                    ...value,
                    tiers: isChosen
                      ? [...(value.tiers ?? []), code]
                      : (value.tiers ?? []).filter((each) => each !== code),
                  })
                }
              />
            ))}
        </fieldset>
      )}
    </>
  );
}
