import { type Call, call } from '../call.ts';
import type { Ended, Hint, Leaving, NotOpened, Opened, Outcome, Result } from '../protocol.ts';
import { openDialog } from './dialog.ts';
import { type About, type FailureCode, failure, failures } from './failures.ts';
import { wordsFor } from './words.ts';

export type Callback = (outcome: Outcome) => void;

export interface SessionRequest {
  readonly about: About;
  /** Where the server is. */
  readonly server: string;
  /** What opens the window, as JSON. */
  readonly body: string;
  readonly language: unknown;
  readonly isMobile: boolean;
  readonly callback: Callback | undefined;
  /** Called once, right before the end is told. */
  onOver(): void;
}

/** One call of `request_pay` or `certification`. */
export interface Session {
  /** The buyer leaves. What was paid already stays paid: the server says how it ended. */
  leave(why: Leaving): void;
  /** Another one takes its place: this one is seen no more, and still ends by its callback. */
  giveWay(): void;
}

const openMsMax = 30_000;
const waitSeconds = 20;
const askMsMax = (waitSeconds + 10) * 1_000;
/** How often a server that answers at once is asked, and one that does not answer. */
const pauseMs = 1_000;
const silenceMsMax = 60_000;
const leaveTries = 3;
const frameMsMax = 30_000;
const accountShownMsMax = 300_000;
const popupLookMs = 300;
const popupSize = 'width=480,height=760,resizable=yes,scrollbars=yes';

let popups = 0;

/**
 * Opens a window and follows it to its end, which comes exactly once, as one call of the callback or one navigation. How it ended is only ever
 * the server's word; frames, popups and messages are reasons to ask for it.
 */
export function startSession(request: SessionRequest): Session {
  const { server, isMobile, callback } = request;
  const words = wordsFor(request.language);
  const path = `${server}/checkout/`;
  let about = request.about;
  let opened: Opened | undefined;
  /** Set while the buyer wants to leave. */
  let leaving: Leaving | undefined;
  let truth: Ended | undefined;
  let isOver = false;
  let isHidden = false;
  let hasGivenWay = false;
  let isBroken = false;
  let isReady = false;
  let isHinted = false;
  /** The window's page has said that its buyer is through with it, which may come before the server's word does. */
  let isRead = false;
  let asking: Call<Result> | undefined;
  let frame: HTMLIFrameElement | undefined;
  let popup: Window | undefined;
  const timers: number[] = [];

  const dialog = openDialog(about.kind, isMobile, words, () => leave('cancelled'));
  window.addEventListener('message', onMessage);
  void open();

  async function open(): Promise<void> {
    let answer: { code: number; message: string | null; response: Opened | NotOpened | null };
    try {
      answer = await call<Opened | NotOpened>('POST', `${path}${about.kind}s`, openMsMax, request.body).answer;
    } catch {
      end(failure(about, 'NETWORK'));
      return;
    }
    const { code, message, response } = answer;
    if (code !== 0 || response === null || !isOpened(response)) {
      const refused = response ?? failure(about, 'REFUSED', message ?? undefined);
      const { redirect_url: url, ...outcome } = refused as NotOpened;
      end(outcome as Outcome, url);
      return;
    }
    opened = response;
    about = { ...about, impUid: opened.imp_uid, merchantUid: opened.merchant_uid, provider: opened.pg_provider };
    if (leaving) {
      void tellLeaving(leaving);
    } else if (opened.way === 'redirect') {
      // The page is left: nobody would be here to call back.
      const { url } = opened;
      over();
      location.href = url;
      return;
    } else {
      show(opened);
    }
    await follow(opened.token);
  }

  function show({ way, url, pg_provider, expires_at }: Opened): void {
    dialog.mark(`payment-${pg_provider}`);
    if (way === 'popup') {
      dialog.mark('popup');
      openPopup(url, false);
    } else {
      showFrame(url);
    }
    // The page ends itself in time; this is for one that can't. A clock that is wrong must not end it before its time by much.
    const leftMs = Math.max(0, expires_at * 1_000 - Date.now());
    later(Math.min(leftMs, 86_400_000) + 60_000, () => leave('expired'));
  }

  function showFrame(url: string): void {
    frame = dialog.showFrame(url);
    later(frameMsMax, () => {
      if (isReady || leaving) return;
      isBroken = true;
      leave('closed');
    });
  }

  /**
   * After the server has said that this one needs a popup, not within the click: which ones do is the server's to know, a window that opens and
   * closes again is worse than none, and browsers let a page open one for some seconds after a click (Chrome and Firefox 5, Safari 1), where
   * the answer takes some milliseconds. Where they do not, the button is a click of its own; a WebView that opens none even then gets the
   * same page in a frame.
   */
  function openPopup(url: string, byButton: boolean): void {
    const made = openBlank();
    if (!made) {
      if (byButton) showFrame(url);
      else dialog.say(words.blocked, { text: words.openPopup, onClick: () => openPopup(url, true) });
      return;
    }
    popup = made;
    // From then on it can't reach this page, nor this page close it: it closes itself when its window has ended.
    made.opener = null;
    made.location.href = url;
    dialog.say(words.inPopup, { text: words.showPopup, onClick: () => made.focus() });
    const look = window.setInterval(() => {
      if (!isOver && !made.closed) return;
      clearInterval(look);
      if (isOver) return;
      dialog.say(words.checking);
      leave('closed');
    }, popupLookMs);
  }

  function onMessage({ source, data }: MessageEvent): void {
    const hint = data as Hint | null;
    if (
      !frame ||
      !hint ||
      hint.hwanbul !== 'checkout' ||
      hint.token !== opened?.token ||
      source !== frame.contentWindow
    )
      return;
    isReady = true;
    if (hint.what === 'resize' && typeof hint.height === 'number') dialog.resize(hint.height);
    if (hint.what !== 'ended') return;
    isHinted = true;
    isRead = true;
    if (truth) finish(truth);
    else asking?.abort();
  }

  /** Asks until the server knows the end. A hint takes back the question that waits, so that it is asked anew. */
  async function follow(token: string): Promise<void> {
    let silentSince: number | undefined;
    while (!isOver && !truth) {
      const askedAt = Date.now();
      try {
        asking = call<Result>(
          'GET',
          `${path}${token}/result?wait=${silentSince === undefined ? waitSeconds : 0}`,
          askMsMax,
        );
        const { code, response } = await asking.answer;
        if (code !== 0 || response === null) {
          end(failure(about, 'UNKNOWN_RESULT'));
          return;
        }
        silentSince = undefined;
        note(response);
      } catch {
        silentSince = silentSince ?? askedAt;
        if (Date.now() - silentSince > silenceMsMax) end(failure(about, 'UNKNOWN_RESULT'));
      }
      const restMs = isHinted ? 0 : askedAt + pauseMs - Date.now();
      isHinted = false;
      if (!isOver && !truth && restMs > 0) await pause(restMs);
    }
  }

  function note({ ended }: Result): void {
    if (isOver || truth || !ended) return;
    truth = ended;
    // A buyer has to read the account; the page says when they have, or they close it.
    const isReading = !isRead && !leaving && !isHidden && (popup ? !popup.closed : isReady);
    if (ended.result.success && ended.result.vbank_num && isReading) later(accountShownMsMax, () => finish(ended));
    else finish(ended);
  }

  function leave(why: Leaving): void {
    if (isOver) return;
    if (truth) {
      finish(truth);
    } else if (!opened || leaving) {
      // It is being opened, or an approval is under way, which can't be left: its end is waited for out of sight.
      leaving = leaving ?? why;
      hide();
    } else {
      leaving = why;
      void tellLeaving(why);
    }
  }

  async function tellLeaving(why: Leaving): Promise<void> {
    if (!opened) return;
    for (let attempt = 1; attempt <= leaveTries && !isOver; attempt++) {
      try {
        const url = `${path}${opened.token}/leave`;
        const { response } = await call<Result>('POST', url, 10_000, JSON.stringify({ why })).answer;
        if (response) {
          if (response.state === 'open') leaving = undefined;
          note(response);
        } else {
          end(failure(about, 'UNKNOWN_RESULT'));
        }
        return;
      } catch {
        if (attempt < leaveTries) await pause(pauseMs);
      }
    }
    end(failure(about, 'UNKNOWN_RESULT'));
  }

  function finish({ result, redirect_url: url }: Ended): void {
    const isLoadFailure = isBroken && !result.success;
    end(
      isLoadFailure ? { ...result, error_code: 'LOAD' satisfies FailureCode, error_msg: failures.LOAD } : result,
      url,
    );
  }

  function end(outcome: Outcome, redirectUrl: string | null = null): void {
    if (isOver) return;
    over();
    // By itself, so that what the shop's code throws is the page's to report.
    if (callback) setTimeout(() => callback(outcome));
    else if (redirectUrl && !hasGivenWay) location.href = redirectUrl;
    else console.info('IMP: the payment window ended, and there was no callback', outcome);
  }

  function over(): void {
    isOver = true;
    window.removeEventListener('message', onMessage);
    for (const timer of timers) clearTimeout(timer);
    asking?.abort();
    hide();
    request.onOver();
  }

  function hide(): void {
    if (isHidden) return;
    isHidden = true;
    dialog.remove();
  }

  function later(ms: number, work: () => void): void {
    timers.push(window.setTimeout(work, Math.min(ms, 2_000_000_000)));
  }

  return {
    leave,
    giveWay() {
      hasGivenWay = true;
      leave('closed');
      hide();
    },
  };
}

function isOpened(response: Opened | NotOpened): response is Opened {
  return 'token' in response;
}

/** `null` where popups are blocked. Some blockers throw, some hand out a window that is closed. */
function openBlank(): Window | null {
  try {
    const made = window.open('', `imp-payment-${++popups}-${Date.now()}`, popupSize);
    return made && !made.closed ? made : null;
  } catch {
    return null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
