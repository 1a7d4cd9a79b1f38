import assert from 'node:assert/strict';
import { Clock } from '../../../src/forge/clock';
import { ForgeError, isAborted } from '../../../src/forge/errors';
import type { BudgetHeaders } from '../../../src/forge/http';
import { Limiter } from '../../../src/forge/limiter';
import { type Lane, lanes } from '../../../src/forge/operations';
import fc from '../../fastCheck';
import { RateLimiter } from '../../simulator/rateLimit';
import { VirtualTime } from '../../virtualTime';
import { minute, refused, traffic } from './traffic';

const hour = 60 * minute;

/** What becomes of a call where Forge's limit lets it through. */
type Fate = 'answered' | 'notFound' | 'network' | 'server' | 'maintenance' | 'timeout' | 'refused';

interface Plan {
  readonly count: number;
  readonly lane: Lane;
  readonly risesTo: Lane | undefined;
  readonly command: boolean;
  readonly cancelled: boolean;
  readonly fate: Fate;
  /** With the fate `refused`: what the first answer asks to wait for. */
  readonly retryAfterMs: number | undefined;
  /** Milliseconds there and back. */
  readonly there: number;
  readonly back: number;
}

type Event =
  | { readonly kind: 'calls'; readonly plan: Plan }
  | { readonly kind: 'otherClient'; readonly calls: number }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'setLimit'; readonly limit: number | undefined };

/** What happens, each some milliseconds after the one before. */
type Story = readonly (readonly [number, Event])[];

const lane = fc.constantFrom(...lanes);
const plan: fc.Arbitrary<Plan> = fc.record({
  count: fc.integer({ min: 1, max: 6 }),
  lane,
  risesTo: fc.option(lane, { nil: undefined, freq: 2 }),
  command: fc.boolean(),
  cancelled: fc.nat({ max: 3 }).map((one) => one === 0),
  fate: fc.constantFrom<Fate>(
    ...(['answered', 'answered', 'answered', 'answered', 'notFound', 'network'] as const),
    ...(['server', 'maintenance', 'timeout', 'refused', 'refused'] as const),
  ),
  retryAfterMs: fc.constantFrom(undefined, 0, 300, 7000, minute, hour),
  there: fc.nat({ max: 3000 }),
  back: fc.nat({ max: 3000 }),
});
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('calls'), plan }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('otherClient'), calls: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sleep'), ms: fc.constantFrom(5000, minute, hour) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('setLimit'),
      limit: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    }),
  },
);
const story: fc.Arbitrary<Story> = fc.array(fc.tuple(fc.nat({ max: 20_000 }), event), { maxLength: 20 });

/** One call, as the one who asked for it sees it. */
class Asked {
  /** Since when it has been waiting for its turn; undefined while it is out, and at its end. */
  waitingSince: number | undefined;
  sent = 0;
  refusals = 0;
  ends: string[] = [];
  readonly controller = new AbortController();
  lane: Lane;

  constructor(readonly plan: Plan) {
    this.lane = plan.lane;
  }
}

/** Plays a story, and looks at each call that goes out whether it may. */
class World {
  readonly asked: Asked[] = [];
  readonly limiter: Limiter;
  private readonly forge: RateLimiter;
  private readonly sentTimes: number[] = [];
  private stated: number | undefined;
  private commandsRefused = false;

  constructor(
    private readonly clock: VirtualTime,
    limit: number,
    private allowed: number | undefined,
  ) {
    this.forge = new RateLimiter(limit, minute);
    this.limiter = new Limiter({ clock: new Clock(), limit: allowed });
  }

  async play(events: Story): Promise<void> {
    for (const [after, next] of events) {
      await this.clock.pass(after);
      switch (next.kind) {
        case 'calls':
          await this.ask(next.plan);
          break;
        case 'otherClient':
          this.forge.use('user', next.calls, Date.now());
          break;
        case 'sleep':
          await this.clock.sleep(next.ms);
          break;
        case 'setLimit':
          this.allowed = next.limit;
          this.limiter.setLimit(next.limit);
          break;
      }
    }
    await this.clock.pass(200 * hour);
  }

  private async ask(plan: Plan): Promise<void> {
    const calls = Array.from({ length: plan.count }, () => this.run(plan));
    if (plan.cancelled || plan.risesTo) {
      await this.clock.pass(plan.there);
    }
    for (const call of plan.cancelled ? calls : []) {
      call.waitingSince = undefined;
      call.controller.abort();
    }
    if (plan.risesTo) {
      for (const call of calls) {
        call.lane = lanes[Math.min(lanes.indexOf(call.lane), lanes.indexOf(plan.risesTo))] ?? call.lane;
      }
      this.limiter.reconsider();
    }
  }

  private run(plan: Plan): Asked {
    const call = new Asked(plan);
    call.waitingSince = Date.now();
    this.asked.push(call);
    this.limiter
      .run({
        lane: () => call.lane,
        signal: call.controller.signal,
        extraLimiter: plan.command ? 'siteCommands' : undefined,
        send: (hear) => this.send(call, hear),
      })
      .then(
        () => 'done',
        (error: Error) => (error instanceof ForgeError ? error.kind : isAborted(error) ? 'givenUp' : error.message),
      )
      .then((end) => {
        call.waitingSince = undefined;
        call.ends.push(end);
      });
    return call;
  }

  private async send(call: Asked, hear: (headers: BudgetHeaders) => void): Promise<void> {
    call.waitingSince = undefined;
    call.sent += 1;
    this.mayGo(call);
    const { fate, there, back, retryAfterMs, command } = call.plan;
    const { signal } = call.controller;
    try {
      await new Clock().sleep(there, signal);
      const verdict = this.forge.take('user', Date.now());
      if (fate === 'timeout') {
        await new Clock().sleep(15_000, signal);
        throw new ForgeError('timeout', 'It took too long.');
      }
      await new Clock().sleep(back, signal);
      if (fate === 'network') {
        throw new ForgeError('network', 'No answer.');
      }
      this.stated = command ? this.stated : verdict.limit;
      hear({ limit: verdict.limit, remaining: verdict.allowed ? verdict.remaining : 0 });
      if (!verdict.allowed) {
        throw refused(verdict.retryAfter * 1000);
      }
      if (fate === 'refused' && call.sent === 1) {
        throw refused(retryAfterMs);
      }
      if (fate !== 'answered' && fate !== 'refused') {
        throw new ForgeError(fate, 'It went wrong.');
      }
    } catch (error) {
      if (error instanceof ForgeError && error.kind === 'rateLimited') {
        call.refusals += 1;
        call.waitingSince = signal.aborted ? undefined : Date.now();
        this.commandsRefused ||= command;
      }
      throw error;
    }
  }

  /** @throws where the call that goes out now should not. */
  private mayGo(call: Asked): void {
    const now = Date.now();
    this.sentTimes.push(now);
    const limit = Math.min(this.allowed ?? this.stated ?? 60, this.stated ?? 60 * 60);
    const inMinute = this.sentTimes.filter((time) => time > now - minute).length;
    assert.ok(inMinute <= limit, `${inMinute} calls within a minute, of ${limit}`);
    if (call.lane !== 'user') {
      const overtaken = this.asked.find(
        ({ lane, plan: { command }, refusals, waitingSince }) =>
          lane === 'user' &&
          !(command && this.commandsRefused) &&
          // That it was refused, the limiter hears a moment later.
          waitingSince !== undefined &&
          (refusals === 0 || waitingSince < now),
      );
      assert.equal(overtaken, undefined, `a click waits behind a call that is ${call.lane}`);
    }
  }
}

describe('The limiter, whatever happens,', () => {
  const clock = new VirtualTime({ hasIo: false });
  // The limiter loads this with its first call, from disk, which takes time that isn't virtual.
  before(() => import('p-throttle'));
  beforeEach(() => clock.takeOver());
  afterEach(() => clock.giveBack());

  it('keeps to the limit, lets clicks go first, and ends every call once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
        story,
        async (limit, allowed, events) => {
          const world = new World(clock, limit, allowed);
          await world.play(events);
          for (const { plan: planned, ends, sent, refusals, lane: last } of world.asked) {
            assert.equal(ends.length, 1, 'every call ends, once');
            assert.ok(sent <= refusals + 1, 'none is sent again but after a refusal');
            const [end = ''] = ends;
            assert.ok(end === 'done' ? sent === refusals + 1 : true, 'none is done that was not sent');
            assert.ok(!(end === 'givenUp') || planned.cancelled, 'none is given up that is wanted');
            if (end === 'rateLimited') {
              const longest = Math.max(0, ...world.asked.map(({ plan: { retryAfterMs } }) => retryAfterMs ?? 0));
              assert.ok(last === 'user' && longest === hour, 'only a click is told of a limit, and of a long one');
            }
            assert.ok(['done', 'givenUp', 'rateLimited', planned.fate].includes(end), end);
          }
          assert.equal(clock.timersSet, 0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gets work of the background done beside visible work without end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat({ max: 3000 }),
        fc.nat({ max: 50 }),
        async (limit, count, latencyMs, othersPercent) => {
          const calls = traffic(limit);
          calls.calls(count, 'background', { lane: 'background', latencyMs });
          const minutes = 3 + 2 * count;
          for (let passed = 0; passed < minutes; passed += 1) {
            calls.calls(2 * limit, 'visible', { latencyMs });
            calls.forge.use('user', Math.floor((limit * othersPercent) / 100), Date.now());
            await clock.pass(minute + 1000);
          }
          assert.equal(calls.done.filter((name) => name.startsWith('background')).length, count);
        },
      ),
      { numRuns: 20 },
    );
  });
});
