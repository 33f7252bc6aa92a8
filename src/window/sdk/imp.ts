import type Iamport from '../checkout.ts';
import { drawButton, findContainer, isDrawn } from './containers.ts';
import { type About, type FailureCode, failure, failures, type Kind, refusedCall } from './failures.ts';
import { type Callback, type Session, startSession } from './session.ts';

interface Account {
  readonly userCode: string;
  readonly tierCode: string | undefined;
}

type Params = Readonly<Record<string, unknown>>;

interface Drawn {
  params: unknown;
  readonly container: HTMLElement;
}

/**
 * `IMP`, for the server at this address, which is where the script came from. The page's own address says nothing: it may be `about:blank`.
 */
export function createImp(server: string): Iamport {
  const slots = { CORE_SERVER: server, CHECKOUT_SERVER: server };
  const isMobile = /iPhone|iPad|iPod|Android|Mobile/.test(navigator.userAgent);
  const drawn = new Map<string, Drawn>();
  let account: Account | undefined;
  let current: Session | undefined;

  function request(kind: Kind, params: unknown, given: unknown): false | undefined {
    const callback = typeof given === 'function' ? (given as Callback) : undefined;
    const about = aboutOf(kind, params);
    if (!account) return refuse(about, 'NO_INIT', callback);
    if (!isObject(params)) return refuse(about, 'NO_PARAMS', callback);
    if (!slots.CHECKOUT_SERVER) return refuse(about, 'NO_SERVER', callback);
    const body = bodyOf(kind, account, { ...params, ...namesOf(about) });
    if (body === undefined) return refuse(about, 'BAD_PARAMS', callback);
    current?.giveWay();
    const session = startSession({
      about,
      server: slots.CHECKOUT_SERVER.replace(/\/+$/, ''),
      body,
      language: params.language,
      isMobile,
      callback,
      onOver() {
        if (current === session) current = undefined;
      },
    });
    current = session;
    return undefined;
  }

  function bodyOf(kind: Kind, { userCode, tierCode }: Account, asked: Params): string | undefined {
    try {
      return JSON.stringify({
        user_code: userCode,
        ...(tierCode === undefined ? {} : { tier_code: tierCode }),
        origin: location.href.slice(0, 2_000),
        request: asked,
      });
    } catch (error) {
      console.error(`IMP: the parameters of the ${kind} can't be sent`, error);
      return undefined;
    }
  }

  /** As i'mport's script does it, an alert; and since nobody sees one in a WebView, the callback as well. */
  function refuse(about: About, code: FailureCode, callback: Callback | undefined): false {
    console.error(`IMP: ${failures[code]}`);
    if (!isMobile && (code === 'NO_INIT' || code === 'NO_PARAMS')) tell(failures[code]);
    if (callback) setTimeout(() => callback(failure(about, code)));
    return false;
  }

  /** Of what a sandbox does not have: the failure goes to a callback, if one was given, and is a rejected promise otherwise. */
  function unsupported(name: string, args: readonly unknown[]): undefined | Promise<never> {
    const callback = args.find((each): each is Callback => typeof each === 'function');
    if (!callback) return Promise.reject(refusedCall('UNSUPPORTED', name));
    refuse(aboutOf('payment', args.find(isObject)), 'UNSUPPORTED', callback);
    return undefined;
  }

  function remember(userCode: unknown, tierCode: unknown): void {
    const isGiven = typeof userCode === 'string' && userCode.trim() !== '';
    account = isGiven ? { userCode: userCode.trim(), tierCode: tierCode ? String(tierCode) : undefined } : undefined;
    if (!isGiven) console.error(`IMP: ${failures.NO_INIT}`);
  }

  const imp: Iamport = {
    init: (userCode) => remember(userCode, undefined),
    agency: (userCode, tierCode) => remember(userCode, tierCode),
    request_pay: (params, callback) => request('payment', params, callback),
    certification: (params, callback) => request('certification', params, callback),
    loadUI(type, params, callback) {
      const found: HTMLElement | FailureCode = isDrawn(type) ? findContainer(type) : 'UNSUPPORTED';
      if (typeof found === 'string') {
        const given = typeof callback === 'function' ? (callback as unknown as Callback) : undefined;
        refuse(aboutOf('payment', params), found, given);
        return;
      }
      drawn.set(type, { params, container: found });
      drawButton(found, type, () => request('payment', drawn.get(type)?.params, callback));
    },
    updateLoadUIRequest(type, params) {
      const ui = drawn.get(type);
      if (!ui) throw refusedCall('NO_CONTAINER_OF_TYPE', 'updateLoadUIRequest');
      ui.params = params;
    },
    loadModule: () => Promise.reject(refusedCall('UNSUPPORTED', 'loadModule')),
    naver_zzim: (...args) => unsupported('naver_zzim', args),
    close() {
      current?.leave('closed');
    },
    communicate: (...args) => unsupported('communicate', args),
    payport: (...args) => unsupported('payport', args),
    deinit() {
      current?.giveWay();
      for (const { container } of drawn.values()) container.textContent = '';
      drawn.clear();
      account = undefined;
    },
    slots,
  };
  return imp;
}

/** Names and defaults are i'mport's. */
function aboutOf(kind: Kind, params: unknown): About {
  const { merchant_uid: merchantUid, pay_method: payMethod } = isObject(params) ? params : ({} as Params);
  return { kind, merchantUid: String(merchantUid || `nobody_${Date.now()}`), payMethod: String(payMethod || 'card') };
}

function namesOf({ kind, merchantUid, payMethod }: About): Params {
  return { merchant_uid: merchantUid, ...(kind === 'payment' ? { pay_method: payMethod } : {}) };
}

function isObject(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tell(text: string): void {
  try {
    alert(text);
  } catch {
    // A sandboxed frame; the console and the callback have it.
  }
}
