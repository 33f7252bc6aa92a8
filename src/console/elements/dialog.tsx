import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useWords } from '../language/words.ts';
import { Button } from './button.tsx';
import { elementWords } from './words.ts';

export interface DialogAct {
  /** Names the act: "Cancel 3,000 won", never "OK". */
  readonly label: string;
  readonly kind?: 'primary' | 'danger';
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  onAct(): void;
}

export interface DialogProps {
  readonly title: string;
  /** What it is about, in a sentence or two; a screen reader says it together with the title. */
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
  /** The one act of the dialog; without it there is only the way back. */
  readonly act?: DialogAct | undefined;
  /** Of an act that moves money: the focus begins on Back, and Enter in a field does nothing. */
  readonly isOfMoney?: boolean;
  readonly isWide?: boolean;
  /** What the way back is called; "Back" where there is an act, "Close" else. */
  readonly backLabel?: string;
  onClose(): void;
}

/** A modal dialog, open for as long as it is rendered. */
export function Dialog({
  title,
  lead,
  children,
  act,
  isOfMoney = false,
  isWide = false,
  backLabel,
  onClose,
}: DialogProps) {
  const words = useWords(elementWords);
  const [modeId, leadId] = [useId(), useId()];
  const described = [...(isOfMoney ? [modeId] : []), ...(lead ? [leadId] : [])];
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The focus moves nothing: whoever opens it begins to read at its top.
    if (isOfMoney) back.current?.focus({ preventScroll: true });
  }, [isOfMoney]);
  const isBusy = act?.isBusy ?? false;
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isDismissable={false}
      isKeyboardDismissDisabled={isBusy}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Modal className={`modal${isWide ? ' wide' : ''}`}>
        <AriaDialog className="dialog" {...(described.length > 0 ? { 'aria-describedby': described.join(' ') } : {})}>
          <Heading slot="title">{title}</Heading>
          <form
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (!isOfMoney && act && !act.isDisabled && !act.isBusy) act.onAct();
            }}
          >
            <div className="dialog-body">
              {isOfMoney && <Mode id={modeId} />}
              {lead && <p id={leadId}>{lead}</p>}
              {children}
            </div>
            <div className="dialog-acts">
              <Button ref={back} onClick={onClose} disabled={isBusy}>
                {backLabel ?? (act ? words.back : words.close)}
              </Button>
              {act && (
                <Button
                  kind={act.kind ?? 'primary'}
                  type={isOfMoney ? 'button' : 'submit'}
                  isBusy={isBusy}
                  disabled={act.isDisabled}
                  onClick={isOfMoney ? () => act.onAct() : undefined}
                >
                  {act.label}
                </Button>
              )}
            </div>
          </form>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** On a narrow screen the dialog hides the page's own line, and this is where it counts. */
function Mode({ id }: { readonly id: string }) {
  const words = useWords(elementWords);
  return (
    <p id={id} className="dialog-mode">
      {document.documentElement.dataset.mode === 'live' ? words.modeLive : words.modeSandbox}
    </p>
  );
}
