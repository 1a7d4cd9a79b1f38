import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLease } from '../../../src/fleet/lease';
import { Log } from '../../../src/ui/log';

describe('The lease on a fleet', () => {
  let folder: string;
  let file: string;
  const nothing = () => undefined;
  const log = new Log({ debug: nothing, warn: nothing, error: nothing, show: nothing });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-lease-'));
    file = join(folder, 'fleet', 'a.json');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('is held by one of all who want it in the same instant, and by the next when it is given back', async () => {
    const taken = (await Promise.all([1, 2, 3, 4].map(() => takeLease(file, log)))).filter((release) => release);
    assert.equal(taken.length, 1);
    await taken[0]?.();
    const next = await takeLease(file, log);
    assert.ok(next);
    await next();
  });

  it('left behind by a crash is taken over once it is 15 s old', async () => {
    const crashed = await takeLease(file, log);
    assert.ok(crashed);
    utimesSync(`${file}.lock`, Date.now() / 1000, Date.now() / 1000 - 10);
    assert.equal(await takeLease(file, log), undefined, 'its window may be alive');
    utimesSync(`${file}.lock`, Date.now() / 1000, Date.now() / 1000 - 16);
    const next = await takeLease(file, log);
    assert.ok(next);
    await crashed();
    await next();
  });

  it('is not asked for where none can be had', async () => {
    writeFileSync(join(folder, 'fleet'), '');
    const alone = await takeLease(file, log);
    assert.ok(alone);
    await alone();
  });
});
