import type { Clock } from '../platform/clock/clock.ts';
import { type AnsweredRequest, answeredRequest, type SeenRequest, watched } from './answered-request.ts';
import { type Book, openBook } from './book.ts';
import { answerControl, controlPrefix } from './control-routes.ts';
import type {
  ControlContext,
  SimulatorAnswer,
  SimulatorCaller,
  SimulatorContext,
  SimulatorDefinition,
  SimulatorRequest,
  SimulatorRoute,
} from './definition.ts';
import type { FaultOperation } from './faults.ts';
import { createListener, type Exchange } from './listener.ts';
import { midTime } from './mid-clocks.ts';
import { createNoticeSender } from './notices.ts';
import { expireDue, pendingCancels } from './payments.ts';
import { completeDueRefunds } from './refunds.ts';
import { compileRoutes, type RouteMatcher } from './routing.ts';
import { type Decision, decideStrike, isDoneAtOnce, type Strike } from './strikes.ts';
import { observing } from './subject.ts';

export interface SimulatorOptions {
  /** The SQLite file of the book; made if it is missing. */
  readonly bookFile: string;
  /** 0: any free port. */
  readonly port: number;
  readonly clock: Clock;
  /** Told of defects, of faults, and of what is wrong with a signature, in words without secrets. */
  readonly log?: (line: string) => void;
  /** Told of every request, once it is answered or given up; faults and signatures are then told here only. */
  readonly onRequest?: (request: AnsweredRequest) => void;
}

export interface Simulator {
  /** `http://127.0.0.1:PORT`; known once started. */
  readonly url: string;
  start(): Promise<void>;
  close(): Promise<void>;
}

export type CreateSimulator = (options: SimulatorOptions) => Simulator;

const tickMs = 500;
/** Requests in one transaction: other simulators of the thread wait until it is through. */
const togetherMax = 32;
/** Thrown inside a transaction to take back what must not be done. */
const notDone = new Error('not done');

/** Makes a running gateway out of what its folder says about it. */
export function createSimulatorOf(definition: SimulatorDefinition, options: SimulatorOptions): Simulator {
  const matchRoute = compileRoutes(definition.routes);
  const due: DueExchange[] = [];
  const running = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  const log = options.log ?? (() => {});
  let book: Book | undefined;
  let url: string | undefined;
  let ticker: NodeJS.Timeout | undefined;
  const notices = createNoticeSender({
    provider: definition.provider,
    book: () => book,
    rules: definition.notices,
    log,
  });

  const later = (delayMs: number, action: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, delayMs);
    timers.add(timer);
  };
  const opened = (): { book: Book; url: string } => {
    if (!book || !url) throw new Error('the simulator is not started');
    return { book, url };
  };

  const listener = createListener((received) => {
    const { exchange, seen } = watched(received, (what, answer, durationMs) => {
      if (options.onRequest) options.onRequest(answeredRequest(received, what, answer, durationMs));
      else if (answer?.why !== undefined)
        log(`${definition.provider}: ${received.method} ${received.path}: ${answer.why}`);
    });
    if (!book) {
      exchange.drop();
    } else if (exchange.path.startsWith(controlPrefix)) {
      seen.operation = 'control';
      answerControlRequest(exchange);
    } else {
      enqueue(exchange, (answering) => answerGateway(answering, seen));
    }
  });

  function enqueue(exchange: Exchange, carryOut: DueExchange['carryOut']): void {
    if (due.push({ exchange, carryOut }) === 1) setImmediate(answerDue);
  }

  /**
   * Requests that arrive together, or have been held up until now, share a transaction, and so one write of the book's log. Each can be
   * taken back by itself, and none is answered before all that they wrote is committed.
   */
  function answerDue(): void {
    const together = due.splice(0, togetherMax);
    if (due.length > 0) setImmediate(answerDue);
    if (!book) return;
    const commit = createCommit();
    try {
      book.transaction(() => {
        for (const { exchange, carryOut } of together) {
          const answering = answeringAfter(commit, exchange);
          try {
            carryOut(answering);
          } catch (error) {
            report(exchange, error);
            answering.answer(definition.internalError(exchange.path));
          }
        }
      });
    } catch (error) {
      for (const { exchange } of together) {
        report(exchange, error);
        exchange.answer(definition.internalError(exchange.path));
      }
      return;
    }
    commit.done();
    void notices.sendAdded();
  }

  /** What the merchant is told by itself has arrived, or been tried once, when a control call is answered. */
  function answerControlRequest(exchange: Exchange): void {
    let answer: SimulatorAnswer | undefined;
    try {
      answer = answerControl(exchange, { definition, ...opened(), now: options.clock.now(), notices });
    } catch (error) {
      report(exchange, error);
    }
    void notices.sendAdded().finally(() => exchange.answer(answer ?? definition.internalError(exchange.path)));
  }

  function controlContext(mid: string): ControlContext {
    const now = midTime(opened().book, mid, options.clock.now());
    const notify: ControlContext['notify'] = (orderId, message) => notices.add({ mid, orderId, message, now });
    return { mid, ...opened(), now, notify };
  }

  /** Twice a second: refunds whose time has come are paid out, and notices that were not taken are sent again. */
  function tick(): void {
    if (!book) return;
    const now = options.clock.now();
    try {
      if (pendingCancels(book, { dueAt: now }).length > 0) {
        const ours = book;
        ours.transaction(() => completeDueRefunds(definition, { book: ours, now }, controlContext));
      }
      void notices.sendAdded().then(notices.sendDue);
    } catch (error) {
      log(`${definition.provider}: ${error instanceof Error ? error.stack : error}`);
    }
  }

  function answerGateway(exchange: GatewayExchange, seen: SeenRequest): void {
    const at = opened();
    const matched = matchRoute(exchange.method, exchange.path);
    const request = requestOf(exchange, matched);
    const caller = definition.authenticate(request, at.book);
    seen.mid = 'mid' in caller ? caller.mid : null;
    if (!('mid' in caller)) {
      exchange.answer(caller);
    } else if (!matched) {
      exchange.answer(definition.unknownPath(request));
    } else {
      answerRoute(exchange, seen, matched.route, { request, caller, book: at.book, url: at.url });
    }
  }

  function answerRoute(
    exchange: GatewayExchange,
    seen: SeenRequest,
    route: SimulatorRoute,
    site: Omit<SimulatorContext, 'now' | 'notify'>,
  ): void {
    const { book: ours, caller } = site;
    const runningKey = definition.running?.keyOf(site.request, caller) ?? null;
    if (definition.running && runningKey !== null && running.has(runningKey)) {
      exchange.answer(definition.running.answer);
      return;
    }
    const operation = operationOf(route, site);
    seen.operation = operation;
    if (operation === null) {
      exchange.answer(ours.undoable(() => handle(route, site)));
      return;
    }
    const performLater = (): SimulatorAnswer => ours.undoable(() => handle(route, site));
    const { decision, answer } = attempt(route, site, operation);
    decision.record();
    if (decision.strike) {
      seen.fault = decision.strike.kind;
      const { kind } = decision.strike;
      // Whoever reads the line may end this process at once: the fault must be used up by then.
      if (!options.onRequest)
        exchange.whenCommitted(() => log(`${definition.provider}: ${operation} meets the fault ${kind}`));
      applyStrike(exchange, decision.strike, operation, performLater, runningKey);
    } else if (answer) {
      exchange.answer(answer);
    }
  }

  function handle(route: SimulatorRoute, site: Omit<SimulatorContext, 'now' | 'notify'>): SimulatorAnswer {
    const now = options.clock.now();
    expireDue(site.book, now);
    completeDueRefunds(definition, { book: site.book, now }, controlContext);
    return route.handle({ ...site, ...timeOf(site.caller) });
  }

  function timeOf(caller: SimulatorCaller): Pick<SimulatorContext, 'now' | 'notify'> {
    const { now, notify } = controlContext(caller.mid);
    return { now, notify };
  }

  /**
   * The request is carried out, and taken back before it is committed when it turns out to be one that goes wrong before
   * anything is done: only then is it known what it is about.
   */
  function attempt(
    route: SimulatorRoute,
    site: Omit<SimulatorContext, 'now' | 'notify'>,
    operation: FaultOperation,
  ): { readonly decision: Decision; readonly answer: SimulatorAnswer | undefined } {
    const { book: ours, caller } = site;
    let decision: Decision | undefined;
    try {
      const answer = ours.undoable(() => {
        const { result, subject } = observing(ours, () => handle(route, site));
        decision = decideStrike(ours, { mid: caller.mid, operation, subject });
        if (decision.strike && !isDoneAtOnce(decision.strike)) throw notDone;
        return result;
      });
      if (decision) return { decision, answer };
    } catch (error) {
      if (error === notDone && decision) return { decision, answer: undefined };
      throw error;
    }
    throw new Error('a request was answered without a decision on its faults');
  }

  function operationOf(
    { operation }: SimulatorRoute,
    site: Omit<SimulatorContext, 'now' | 'notify'>,
  ): FaultOperation | null {
    if (typeof operation !== 'function') return operation;
    return operation({ ...site, ...timeOf(site.caller) });
  }

  function applyStrike(
    exchange: Exchange,
    strike: Strike,
    operation: FaultOperation,
    performLater: () => SimulatorAnswer,
    runningKey: string | null,
  ): void {
    switch (strike.kind) {
      case 'reject':
        exchange.answer(definition.refusal(operation, strike.code, strike.message, exchange.path));
        break;
      case 'http_500':
        exchange.answer(definition.internalError(exchange.path));
        break;
      case 'disconnect':
        exchange.drop();
        break;
      case 'timeout':
        // Without `delayMs` it is the caller who gives up, sooner or later.
        if (strike.delayMs !== null) later(strike.delayMs, () => exchange.drop());
        break;
      case 'garbage':
        exchange.answer({ status: 200, headers: { 'content-type': 'text/plain' }, body: garbage });
        break;
      case 'lost_answer':
        if (strike.delayMs === null) exchange.drop();
        else later(strike.delayMs, () => exchange.drop());
        break;
      case 'slow':
        if (runningKey !== null) running.add(runningKey);
        later(strike.delayMs ?? 1000, () => {
          enqueue(exchange, (answering) => {
            if (runningKey !== null) running.delete(runningKey);
            answering.answer(performLater());
          });
        });
    }
  }

  function report({ method, path }: Exchange, error: unknown): void {
    log(`${definition.provider}: ${method} ${path}: ${error instanceof Error ? error.stack : error}`);
  }

  return {
    get url() {
      return opened().url;
    },
    async start() {
      book = openBook(options.bookFile, definition.schema);
      try {
        url = `http://127.0.0.1:${await listener.open(options.port)}`;
      } catch (error) {
        book.close();
        book = undefined;
        throw error;
      }
      ticker = setInterval(tick, tickMs);
      ticker.unref();
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      clearInterval(ticker);
      if (url) await listener.close();
      book?.close();
      book = undefined;
      url = undefined;
    },
  };
}

/** A request whose turn it is. */
interface DueExchange {
  readonly exchange: Exchange;
  /** Inside a transaction that it may share. */
  carryOut(answering: GatewayExchange): void;
}

/** What waits for a transaction's commit. */
interface Commit {
  /** At once when it is done already. */
  run(action: () => void): void;
  done(): void;
}

function createCommit(): Commit {
  const waiting: (() => void)[] = [];
  let isDone = false;
  return {
    run(action) {
      if (isDone) action();
      else waiting.push(action);
    },
    done() {
      isDone = true;
      for (const action of waiting) action();
    },
  };
}

interface GatewayExchange extends Exchange {
  /** Never, if what was written for the exchange can not be committed. */
  whenCommitted(action: () => void): void;
}

/** The same exchange; what becomes of it is seen outside when what was written for it is committed. */
function answeringAfter(commit: Commit, exchange: Exchange): GatewayExchange {
  return {
    ...exchange,
    whenCommitted: commit.run,
    answer: (answer) => commit.run(() => exchange.answer(answer)),
    drop: () => commit.run(() => exchange.drop()),
  };
}

/** Bytes that are valid in no charset that a gateway uses, and no JSON. */
const garbage = Buffer.from([0x00, 0xff, 0xfe, 0x7b, 0x22, 0x80, 0x81, 0x0d, 0x0a]);

function requestOf(exchange: Exchange, matched: ReturnType<RouteMatcher>): SimulatorRequest {
  const { method, path, query, headers, body } = exchange;
  return { method, path, query, headers, body, params: matched?.params ?? {} };
}
