import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaseMs, takeLease } from '../../../src/fleet/takeLease';
import { Clock } from '../../../src/forge/clock';
import { quiet } from '../../quietLog';

describe('The lease on a fleet', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-lease-'));
    file = join(folder, 'fleet', 'a.json');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('is held by one of all who want it in the same instant, and by the next when it is given back', async () => {
    const taken = (await Promise.all([1, 2, 3, 4].map(() => takeLease(file, new Clock(), quiet)))).filter(
      (release) => release,
    );
    assert.equal(taken.length, 1);
    await taken[0]?.();
    const next = await takeLease(file, new Clock(), quiet);
    assert.ok(next);
    await next();
  });

  const aged = (ms: number) => {
    const time = (Date.now() - ms) / 1000;
    utimesSync(`${file}.lock`, time, time);
  };

  it('of a window that has died is taken over within 15 s, and never while one lives', () => {
    assert.ok(
      leaseMs.stale + leaseMs.askAgain <= 15_000,
      'it renewed it right before, and the other one asked just too early',
    );
    assert.ok(leaseMs.renew * 2 <= leaseMs.stale, 'once may fail');
  });

  it('left behind by a crash is taken over once it is stale', async () => {
    const crashed = await takeLease(file, new Clock(), quiet);
    assert.ok(crashed);
    aged(leaseMs.stale - 2_000);
    assert.equal(await takeLease(file, new Clock(), quiet), undefined, 'its window may be alive');
    aged(leaseMs.stale + 1_000);
    const next = await takeLease(file, new Clock(), quiet);
    assert.ok(next);
    await crashed();
    await next();
  });

  it('left behind while the clock was ahead becomes stale all the same', async () => {
    const crashed = await takeLease(file, new Clock(), quiet);
    assert.ok(crashed);
    aged(-3_600_000);
    assert.equal(await takeLease(file, new Clock(), quiet), undefined, 'its window may be alive');
    const age = Date.now() - statSync(`${file}.lock`).mtimeMs;
    assert.ok(Math.abs(age) < 2_000, `${age} ms old, as if it had been renewed just now`);
    await crashed();
  });

  it('is not asked for where none can be had', async () => {
    writeFileSync(join(folder, 'fleet'), '');
    const alone = await takeLease(file, new Clock(), quiet);
    assert.ok(alone);
    await alone();
  });
});
