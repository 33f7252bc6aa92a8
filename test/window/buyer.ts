/** What a buyer does in a window. */
export type Deed = 'pay' | 'decline' | 'refuse' | 'leave' | 'reload' | 'nothing';

export interface Decision {
  readonly deed: Deed;
  /** decline: what the gateway is to say. */
  readonly code?: string;
}

/** What the script below asks for: in the window of this order, whose drawer for testers has these codes. */
export type Decide = (order: string, codes: readonly string[]) => Promise<Decision>;

/**
 * A buyer who sits in the page itself: put into each page and frame of a context (`addInitScript`), it waits for the form to be drawn,
 * asks `decide`, a function of the test's, and fills in and presses what a buyer would. So a window costs a test one question, where
 * a click from outside costs several; that fields can be reached by keyboard and mouse is for page.test.ts.
 */
export const buyerScript = `(() => {
  if (!/^\\/checkout\\/[^/]+$/.test(location.pathname)) return;
  let hasAsked = false;
  let hasRead = false;
  const press = (selector) => document.querySelector(selector).click();
  const choose = (control, value) => {
    control.value = value;
    control.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const fillIn = (form) => {
    for (const field of form.querySelectorAll(':scope > .field')) {
      const control = field.querySelector('select, input[type=tel]');
      if (field.hidden || !control || control.value) continue;
      if (control.tagName === 'SELECT') choose(control, control.options[1].value);
      else control.value = '010-1234-5678';
    }
    for (const group of form.querySelectorAll(':scope > fieldset')) group.querySelector('input').click();
    for (const box of form.querySelectorAll(':scope > label.check > input')) box.click();
  };
  const choices = () => document.querySelector('.tester select');
  const decline = (code) => {
    press('.tester summary');
    press('.tester input[value=decline]');
    const isListed = [...choices().options].some((each) => each.value === code);
    choose(choices(), isListed ? code : '');
    if (!isListed) document.querySelector('.tester .detail .detail input').value = code;
  };
  const act = async (form) => {
    const order = document.querySelector('main .facts > :last-child > :last-child').textContent;
    const codes = [...choices().options].map((each) => each.value).filter(Boolean);
    const { deed, code } = await decide(order, codes);
    // While any page opens a popup, a watched browser holds all pages of its process, and none of their handlers runs. Timers are held as well.
    await new Promise((resolve) => setTimeout(resolve));
    if (deed === 'reload') location.reload();
    else if (deed === 'refuse') press('button.secondary');
    else if (deed === 'leave') press('.tester button.quiet');
    else if (deed !== 'nothing') {
      if (deed === 'decline') decline(code);
      fillIn(form);
      press('button.primary');
    }
  };
  new MutationObserver(() => {
    const form = document.querySelector('main form');
    if (form && !hasAsked) {
      hasAsked = true;
      void act(form);
    }
    if (document.querySelector('main.good .account') && !hasRead) {
      hasRead = true;
      press('main.good button.primary');
    }
  }).observe(document, { childList: true, subtree: true });
})()`;
