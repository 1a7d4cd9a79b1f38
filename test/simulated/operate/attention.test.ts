import assert from 'node:assert/strict';
import { Attention } from '../../../src/operate/attention';
import { CheckedFleets, type CheckPart } from '../../../src/operate/checkedFleets';
import { FleetCheck, type Outcome } from '../../../src/operate/checkFleet';
import { type Finding, findingOf } from '../../../src/operate/findings';
import type { ShownCertificate } from '../../../src/operate/readCertificate';
import { backupProblem } from '../../../src/resources/backupProblem';
import { ArrangedRows } from '../../../src/views/arrangedRows';
import { quiet } from '../../quietLog';
import { sampleSites } from '../../sampleWorkspace';
import { TestMemory, type TestWindow, worldOfBlock } from '../forgeWorld';

const dayMs = 86_400_000;
const requested: readonly CheckPart[] = ['monitors', 'backups', 'heartbeats'];

/** What looks after a fleet in a window. */
function parts(window: TestWindow, memory = new TestMemory()) {
  const { accounts, snapshots, focus, fleet, world } = window;
  const asked: string[] = [];
  const certificates = new Map<string, ShownCertificate | Error>();
  const checked = new CheckedFleets(accounts, snapshots, focus, world.clock);
  const attention = new Attention(fleet, accounts, checked, memory, focus);
  const read = async (host: string) => {
    asked.push(host);
    const shown = certificates.get(host) ?? { endsAt: world.time.now() + 60 * dayMs, isForHost: true, isTrusted: true };
    if (shown instanceof Error) {
      throw shown;
    }
    return shown;
  };
  return { checked, attention, check: new FleetCheck(fleet, checked, read, quiet), certificates, asked, memory };
}

const kindsOf = (findings: readonly Finding[]) => [...new Set(findings.map(({ kind }) => kind))];

describe('What needs attention', () => {
  const block = worldOfBlock();
  let window: TestWindow;
  let { checked, attention, check, certificates, asked, memory } = {} as ReturnType<typeof parts>;

  const run = (which: readonly CheckPart[] | undefined, signal = new AbortController().signal): Promise<Outcome> =>
    block.world.time.during(check.run(which, signal, () => undefined));
  const fail = async (name: string) => {
    const site = window.site(name);
    await block.world.control.nextDeployment({ site: name, end: 'failed', seconds: 1 });
    await block.world.time.during(window.deployer.deploySite(site));
    await block.world.time.until('its failure', () => window.site(name).site.latestDeployment?.status === 'failed');
  };
  const ofSite = (name: string) => attention.findings.filter(({ at }) => at === window.site(name).key);

  beforeEach(() => {
    ({ window } = block);
    ({ checked, attention, check, certificates, asked, memory } = parts(window));
  });
  afterEach(() => {
    attention.dispose();
    checked.dispose();
  });

  it('is what the list of servers and sites tells, without a request', () => {
    const failed = window.fleet.allSites().filter(({ site }) => site.latestDeployment?.status?.startsWith('failed'));
    const told = attention.findings.filter(({ kind }) => kind === 'deployment');
    assert.deepEqual(told.map(({ at }) => at).sort(), failed.map(({ key }) => key).sort());
    assert.ok(told.every(({ since, checkedAt }) => since !== null && checkedAt === null));
    const old = window.fleet.allSites().filter(({ site }) => site.phpVersion === '8.1');
    const php = attention.findings.filter(({ kind, subject }) => kind === 'php' && subject === '8.1');
    assert.equal(
      php.reduce((sum, { sites = 0 }) => sum + sites, 0),
      old.length,
    );
    assert.equal(new Set(php.map(({ id }) => id)).size, php.length);
  });

  it('goes once its log was looked at, and not with that of another deployment', async () => {
    await fail(sampleSites.develop);
    const [failed] = ofSite(sampleSites.develop);
    assert.equal(failed?.kind, 'deployment');
    await attention.look(failed.at, 'another deployment');
    assert.equal(ofSite(sampleSites.develop).length, 1);
    await attention.look(failed.at, failed.state);
    assert.equal(ofSite(sampleSites.develop).length, 0);
  });

  it('keeps what was dismissed until it changes', async () => {
    await fail(sampleSites.develop);
    const [failed] = ofSite(sampleSites.develop);
    assert.ok(failed);
    await attention.dismiss([failed]);
    assert.deepEqual(ofSite(sampleSites.develop), []);
    const other = parts(window, memory).attention;
    assert.equal(other.find(failed.id), undefined);
    await fail(sampleSites.develop);
    const [again] = ofSite(sampleSites.develop);
    assert.equal(again?.id, failed.id);
    assert.notEqual(again.state, failed.state);
  });

  it('has what a check found, with its age, in the next window as well, and nothing of it after sign-out', async () => {
    const outcome = await run(['monitors']);
    assert.equal(outcome.left, 0);
    assert.equal(outcome.error, undefined);
    const monitors = attention.findings.filter(({ kind }) => kind === 'monitors');
    const planned = check.plan().find(({ part }) => part === 'monitors');
    assert.equal(new Set(monitors.map(({ at }) => at)).size, planned?.count);
    assert.ok(monitors.every(({ resourceId, checkedAt }) => resourceId && checkedAt !== null));
    const next = parts(window);
    await next.checked.load();
    assert.deepEqual(
      next.attention.findings.filter(({ kind }) => kind === 'monitors'),
      monitors,
    );
    const [account] = window.accounts.session.state === 'signedIn' ? window.accounts.session.accounts : [];
    assert.ok(account);
    window.accounts.signOut(account);
    await window.snapshots.load(account.key);
    assert.equal(await window.snapshots.loadFindings(account.key), undefined);
    assert.deepEqual(attention.findings, []);
  });

  it('says before a check what it will take, and takes no more', async () => {
    await block.world.control.clearRequests();
    const plan = new Map(check.plan().map(({ part, ...takes }) => [part, takes]));
    assert.equal(plan.get('tls')?.requests, 0);
    assert.ok((plan.get('tls')?.count ?? 0) > 0);
    await run(['monitors', 'heartbeats']);
    assert.equal(
      (await block.world.control.requests()).length,
      (plan.get('monitors')?.requests ?? 0) + (plan.get('heartbeats')?.requests ?? 0),
    );
    assert.deepEqual(asked, []);
  });

  it('is checked to where it was stopped, and from there on later', async () => {
    const stop = new AbortController();
    const outcome = await block.world.time.during(
      check.run(['heartbeats'], stop.signal, (done) => done >= 3 && stop.abort()),
    );
    assert.ok(outcome.left > 0);
    assert.equal(outcome.error, undefined);
    const later = parts(window);
    await later.checked.load();
    assert.equal(later.check.left, outcome.left);
    await block.world.control.clearRequests();
    const rest = await block.world.time.during(later.check.run(undefined, new AbortController().signal, () => {}));
    assert.equal(rest.left, 0);
    assert.equal((await block.world.control.requests()).length, outcome.left);
    assert.equal(later.check.left, undefined);
  });

  it('tells a lacking scope once and checks the rest, and stops where Forge fails again and again', async () => {
    await block.world.control.fault({ path: '/database/backups', status: 403, times: 0 });
    const refused = await run(requested);
    assert.match(String(refused.error), /403|forbidden/i);
    assert.equal(refused.left, 0);
    assert.ok(kindsOf(attention.findings).includes('monitors'));
    await block.world.control.clearFaults();
    await block.world.control.fault({ path: '/heartbeats', status: 500, times: 0 });
    await block.world.control.clearRequests();
    const failing = await run(['heartbeats']);
    assert.ok(failing.left > 0);
    assert.ok((await block.world.control.requests()).length < 60, 'it has given up');
    await block.world.control.clearFaults();
    assert.equal((await run(undefined)).left, 0);
  });

  it('ends with the sign-out in the middle, without a word', async () => {
    const [account] = window.accounts.session.state === 'signedIn' ? window.accounts.session.accounts : [];
    assert.ok(account);
    const outcome = await block.world.time.during(
      check.run(['heartbeats'], new AbortController().signal, (done) => done === 2 && window.accounts.signOut(account)),
    );
    assert.equal(outcome.left, 0);
    assert.equal(outcome.error, undefined);
    assert.equal(await window.snapshots.loadFindings(account.key), undefined);
  });

  it('has certificates that end soon, have ended, or are not those of the site, and none that could not be read', async () => {
    const now = block.world.time.now();
    const sites = window.fleet.allSites().filter(({ server }) => server && !server.revoked);
    const shown: readonly (ShownCertificate | Error)[] = [
      { endsAt: now + 3 * dayMs, isForHost: true, isTrusted: true },
      { endsAt: now - dayMs, isForHost: true, isTrusted: true },
      { endsAt: now + 60 * dayMs, isForHost: false, isTrusted: true },
      { endsAt: now + 60 * dayMs, isForHost: true, isTrusted: false },
      new Error('connect ECONNREFUSED'),
    ];
    shown.forEach((one, index) => void certificates.set(sites[index]?.site.name ?? '', one));
    await block.world.control.clearRequests();
    const outcome = await run(['tls']);
    assert.deepEqual(await block.world.control.requests(), []);
    assert.deepEqual([outcome.failed, outcome.left, outcome.error], [1, 0, undefined]);
    const found = attention.findings.filter(({ kind }) => kind === 'tls');
    assert.deepEqual(
      found.map(({ at, state }) => [at, state.split(' ')[0]]).sort(),
      ['ending', 'expired', 'foreign', 'untrusted'].map((state, index) => [sites[index]?.key, state]).sort(),
    );
  });

  it('has backups that failed or are late for their schedule', () => {
    const now = Date.parse('2026-11-29T12:00:00Z');
    const ended = (status: string, hours: number) => ({
      id: '1',
      attributes: { status, finished_at: (now - hours * 3_600_000) / 1000 },
    });
    const problem = (schedule: string, ...runs: Parameters<typeof backupProblem>[1]) =>
      backupProblem({ schedule }, runs, now)?.state.split(' ')[0];
    assert.equal(problem('daily', ended('success', 20), ended('failed', 44)), undefined);
    assert.equal(problem('daily', ended('failed', 2), ended('success', 26)), 'failed');
    assert.equal(problem('daily', ended('success', 29)), undefined);
    assert.equal(problem('daily', ended('success', 31)), 'overdue');
    assert.equal(problem('hourly', ended('success', 3)), 'overdue');
    assert.equal(problem('weekly', ended('success', 24 * 8)), undefined);
    assert.equal(problem('custom', ended('success', 24 * 90)), undefined);
    assert.equal(problem('daily'), undefined);
    assert.equal(problem('daily', { attributes: { status: 'running', finished_at: null } }), undefined);
  });

  it('has a row for each of the first hundred, and one that lists all', () => {
    const at = window.site(sampleSites.main).key;
    const found = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        findingOf('heartbeats', at, { subject: `${index}`, state: 'missing', since: null }, 0),
      );
    const rows = (count: number) =>
      new ArrangedRows(
        window.fleet,
        window.history,
        { sites: [] },
        () => found(count),
        () => '',
        () => ({ group: 'server', order: 'name', only: 'all', favourites: new Set() }),
      ).inAttention();
    assert.equal(rows(100).length, 100);
    const many = rows(455);
    assert.equal(new Set(many.map(({ id }) => id)).size, 101);
    const last = many.at(-1);
    assert.deepEqual(last?.kind === 'note' && [last.text, last.command], ['Show All 455…', 'forge.showFindings']);
  });

  it('is in order, most urgent first', () => {
    const findings = attention.findings.map(({ kind }) => kind);
    const order = ['disconnected', 'deployment', 'backups', 'monitors', 'heartbeats', 'tls', 'php'];
    assert.deepEqual(
      findings,
      [...findings].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
    );
  });
});
