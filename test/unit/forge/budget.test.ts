import assert from 'node:assert/strict';
import { Budget } from '../../../src/forge/budget';
import type { Lane } from '../../../src/forge/operations';

const minute = 60_000;

/** The sliding window is a little longer than the minute of Forge. */
const slidingMs = 60_250;

/** A budget, and how it is spent. */
class Spending {
  readonly budget: Budget;
  now = 1_000_000;

  constructor(limit?: number) {
    this.budget = new Budget(limit, minute);
  }

  /** So many calls are sent and answered, one after the other; the last hears how much is left, where Forge says so. */
  spend(calls: number, remaining?: number, lane: Lane = 'user'): void {
    for (let after = calls - 1; after >= 0; after -= 1) {
      this.budget.begin(lane, this.now);
      this.hear({ remaining: remaining === undefined ? undefined : remaining + after });
      this.budget.end();
    }
  }

  hear({ limit = 60, remaining }: { limit?: number; remaining?: number | undefined }, sentAt = this.now): void {
    this.budget.hear({ limit, remaining }, sentAt, this.now);
  }

  get delays(): Readonly<Record<Lane, number>> {
    const delayMs = (lane: Lane) => this.budget.delayMs(lane, this.now);
    return {
      user: delayMs('user'),
      visible: delayMs('visible'),
      nearby: delayMs('nearby'),
      background: delayMs('background'),
    };
  }

  get used(): number {
    return this.budget.usage(this.now).used;
  }
}

describe('The budget', () => {
  describe('has a limit', () => {
    it('of 60 until somebody says otherwise', () => {
      assert.equal(new Spending().budget.limit, 60);
    });

    it('that is what Forge states, and what a person sets where that is less', () => {
      const { budget } = new Spending();
      for (const [stated, allowed, limit] of [
        [30, undefined, 30],
        [120, undefined, 120],
        [120, 40, 40],
        [120, 500, 120],
        [30, 40, 30],
      ] as const) {
        budget.hear({ limit: stated, remaining: undefined }, 0, 0);
        budget.allow(allowed);
        assert.equal(budget.limit, limit);
      }
    });

    it('that a person sets, as long as Forge has not stated any', () => {
      assert.equal(new Spending(500).budget.limit, 500);
      assert.equal(new Spending(20).budget.limit, 20);
    });

    it('of one call at least, and never of infinitely many', () => {
      const { budget } = new Spending(0);
      assert.equal(budget.limit, 1);
      budget.allow(undefined);
      budget.hear({ limit: 0, remaining: undefined }, 0, 0);
      assert.equal(budget.limit, 60, 'no limit at all is no statement');
      budget.hear({ limit: Number.POSITIVE_INFINITY, remaining: undefined }, 0, 0);
      assert.ok(Number.isSafeInteger(budget.limit));
      budget.allow(Number.POSITIVE_INFINITY);
      assert.ok(Number.isSafeInteger(budget.limit));
    });
  });

  describe('lets a click go', () => {
    it('until the limit is reached within any minute and a bit, whatever Forge says is left', () => {
      const spending = new Spending();
      spending.spend(59, 0);
      assert.equal(spending.delays.user, 0);
      spending.now += 10_000;
      spending.spend(1);
      assert.equal(spending.delays.user, slidingMs - 10_000);
      spending.now += slidingMs - 10_000;
      assert.equal(spending.delays.user, 0);
    });
  });

  describe('lets an unhurried call go', () => {
    it('when none is under way as long as nothing is known of the window', () => {
      const spending = new Spending();
      assert.deepEqual(spending.delays, { user: 0, visible: 0, nearby: 0, background: 0 });
      spending.budget.begin('background', spending.now);
      assert.deepEqual(spending.delays, { user: 0, visible: Infinity, nearby: Infinity, background: Infinity });
      spending.hear({ remaining: 59 });
      assert.equal(spending.delays.background, 0);
      spending.budget.end();
      spending.now += minute;
      spending.budget.begin('user', spending.now);
      assert.equal(spending.delays.background, Infinity, 'that window is over');
    });

    it('when fewer than six are under way, or than a tenth of a greater limit', () => {
      for (const [limit, most] of [
        [60, 6],
        [20, 6],
        [200, 20],
      ] as const) {
        const spending = new Spending();
        spending.hear({ limit, remaining: limit });
        for (let call = 0; call < most; call += 1) {
          assert.equal(spending.delays.visible, 0);
          spending.budget.begin('visible', spending.now);
        }
        assert.deepEqual(spending.delays, { user: 0, visible: Infinity, nearby: Infinity, background: Infinity });
        spending.budget.end();
        assert.equal(spending.delays.visible, 0);
      }
    });

    it('at once while more is left than the reserve, with half as much again for the background', () => {
      for (const [remaining, visible, background] of [
        [23, 'at once', 'at once'],
        [22, 'at once', 'later'],
        [16, 'at once', 'later'],
        [15, 'later', 'later'],
      ] as const) {
        const spending = new Spending();
        spending.spend(60 - remaining, remaining, 'visible');
        const when = (delayMs: number) => (delayMs === 0 ? 'at once' : 'later');
        assert.deepEqual([when(spending.delays.visible), when(spending.delays.background)], [visible, background]);
      }
    });

    it('evenly over what remains of the window, down to the last but one, when it is alone', () => {
      const spending = new Spending();
      spending.spend(48, 12);
      spending.now += 5000;
      spending.spend(1, 11, 'visible');
      const leftOfWindowMs = slidingMs - 5000;
      assert.equal(spending.delays.visible, leftOfWindowMs / 10);
      spending.spend(10, 1);
      assert.deepEqual(spending.delays, {
        user: 0,
        visible: leftOfWindowMs,
        nearby: leftOfWindowMs,
        background: leftOfWindowMs,
      });
    });

    it('counting those that are under way as spent, and not as those of other clients', () => {
      const spending = new Spending();
      spending.spend(44, 16);
      for (let call = 0; call < 3; call += 1) {
        spending.budget.begin('visible', spending.now);
      }
      assert.ok(spending.delays.visible > 0);
      spending.hear({ remaining: 13 });
      assert.equal(spending.delays.visible, Math.ceil(minute / (13 - 3 - 1)));
    });

    it('beside other clients of the user as long as they leave a quarter, for what is on screen half of that', () => {
      const spending = new Spending();
      spending.spend(10, 15);
      assert.equal(spending.delays.background, minute);
      assert.ok(spending.delays.visible < minute / 5);
      spending.spend(8, 7);
      assert.deepEqual(spending.delays, { user: 0, visible: minute, nearby: minute, background: minute });
      spending.now += minute;
      assert.deepEqual(spending.delays, { user: 0, visible: 0, nearby: 0, background: 0 });
    });
  });

  describe('believes the answers', () => {
    it('that tell of less, and not the ones that overtook them', () => {
      const spending = new Spending();
      spending.spend(1, 50);
      spending.hear({ remaining: 47 }, spending.now - 100);
      spending.hear({ remaining: 49 });
      assert.equal(spending.used, 13);
    });

    it('that overtake each other by as many calls as are under way, without taking that for a new window', () => {
      const spending = new Spending(20);
      spending.spend(1, 19);
      for (let call = 0; call < 6; call += 1) {
        spending.budget.begin('visible', spending.now);
      }
      spending.hear({ limit: 20, remaining: 13 });
      spending.hear({ limit: 20, remaining: 19 });
      assert.equal(spending.used, 7);
    });

    it('that tell of much more: a new window has begun', () => {
      const spending = new Spending();
      spending.spend(1, 30);
      spending.now += 20_000;
      spending.hear({ remaining: 59 });
      assert.equal(spending.used, 1);
      spending.now += minute - 1;
      spending.hear({ remaining: 40 });
      assert.equal(spending.used, 20, 'which lasts a minute from then on');
    });

    it('but none that comes late, of the window before', () => {
      const spending = new Spending();
      spending.spend(1, 10);
      const sentBefore = spending.now + 59_000;
      spending.now += minute;
      spending.hear({ remaining: 59 });
      spending.now += 3000;
      spending.hear({ remaining: 5 }, sentBefore);
      assert.equal(spending.used, 1);
      spending.hear({ remaining: 5 }, spending.now);
      assert.equal(spending.used, 55, 'unlike one that was asked for in this window');
    });

    it('for a minute from when the window was first heard of, in which it must have ended', () => {
      const spending = new Spending();
      spending.hear({ remaining: 20 });
      spending.now += minute - 1;
      assert.equal(spending.used, 40);
      spending.now += 1;
      assert.equal(spending.used, 0);
      spending.hear({ remaining: 10 });
      assert.equal(spending.used, 50);
    });

    it('that say when the window is over, after a 429', () => {
      const spending = new Spending();
      spending.spend(1, 30);
      spending.budget.renewsAt(spending.now + 7000);
      assert.deepEqual([spending.used, spending.delays.visible], [60, 7000]);
      spending.now += 7000;
      assert.equal(spending.delays.visible, 0);
    });

    it('and takes a call that says nothing for no news', () => {
      const spending = new Spending();
      spending.spend(3);
      assert.equal(spending.used, 3);
      spending.budget.hear({ limit: undefined, remaining: 10 }, spending.now, spending.now);
      assert.deepEqual([spending.used, spending.budget.limit], [50, 60]);
    });
  });
});
