import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../../src/account/session';
import { autoRefresh } from '../../../src/fleet/autoRefresh';
import { Fleet } from '../../../src/fleet/fleet';
import { leaseMs } from '../../../src/fleet/takeLease';
import { projectRoot } from '../../paths';
import { quiet } from '../../quietLog';
import type { Fault, RequestRecord } from '../../simulator/control';
import { ForgeWorld, namesOf, type TestWindow } from '../forgeWorld';
import type { Task, Told } from './dyingWindow';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** An organization with several pages of sites. */
const organization = 'sprawl';
const sitesPath = `/orgs/${organization}/sites$`;
const pageSize = 30;
const pagesOfSites = 4;

/** Requests that read all there is: organizations, servers and sites. */
const requestsOfAll = 2 + pagesOfSites;

describe('A refresh', () => {
  let world: ForgeWorld;
  /** A window in which somebody looks at the tree, so that it also reads on its own. */
  let here: TestWindow;
  let own: Fleet;

  const during = <T>(work: Promise<T>): Promise<T> => world.time.during(work);

  beforeEach(async () => {
    world = await ForgeWorld.make({ orgs: 0 });
    await world.control.changeFleet(
      { change: 'addOrganization', name: 'Sprawl', slug: organization },
      { change: 'addServer', organization, name: 'sprawl-1' },
      { change: 'addServer', organization, name: 'sprawl-2' },
      ...Array.from({ length: (pagesOfSites - 1) * pageSize + 5 }, (_, index) => ({
        change: 'addSite' as const,
        organization,
        server: `sprawl-${1 + (index % 2)}`,
        name: `site-${index + 1}.sprawl.example`,
      })),
    );
    here = world.openWindow();
    own = here.fleet;
    const { view, focus } = here;
    const tree = { isLooking: () => view.visible, onDidChange: view.onDidChangeVisibility };
    autoRefresh(here.accounts, own, [tree], focus, () => 5 * minute);
  });

  afterEach(() => world.end());

  /** Signs in where all is read without a click, and waits for that. */
  const signIn = async (): Promise<Account> => {
    const account = await during(here.accounts.signIn(world.simulator.token));
    await world.time.until('the fleet', () => own.state === 'ready' && !own.isRefreshing);
    return account;
  };
  /** Another window of the same person, which reads nothing on its own. */
  const another = async (): Promise<TestWindow> => {
    const window = world.openWindow();
    await during(window.accounts.signIn(world.simulator.token));
    return window;
  };
  const lease = ({ key }: Account) => `${here.snapshots.file(key)}.lock`;
  /** Leaves a lease as a crash so many milliseconds ago would have left it. */
  const age = (path: string, ms: number) => {
    const seconds = (Date.now() - ms) / 1000;
    utimesSync(path, seconds, seconds);
  };

  const realNames = async () =>
    (await world.control.fleet()).organizations
      .flatMap(({ servers }) => servers.flatMap(({ sites }) => sites.map(({ name }) => name)))
      .sort();

  /** Waits until everything that Forge has is there, once, and nothing is said against it. */
  const whole = async (fleet = own) => {
    const names = await realNames();
    const wanted = JSON.stringify(names);
    await world.time.until(
      'all that Forge has',
      () => JSON.stringify(namesOf(fleet)) === wanted && !fleet.isRefreshing,
    );
    assert.deepEqual(namesOf(fleet), names);
    assert.equal(new Set(fleet.allSites().map(({ key }) => key)).size, names.length);
    assert.equal(fleet.error, undefined);
  };

  /** Requests for lists, from whichever window. */
  const lists = async () =>
    (await world.control.requests()).filter(
      ({ path, client }) => client === 'tests' && /^\/orgs(\/[^/]+\/(servers|sites))?$/.test(path),
    );
  const cursors = (requests: readonly RequestRecord[]) =>
    requests
      .filter(({ path, status }) => new RegExp(sitesPath).test(path) && status === 200)
      .map(({ query }) => query['page[cursor]'] ?? '');

  /** What somebody else changes between two refreshes, on the first page and on the last. */
  interface News {
    readonly early: string;
    readonly late: string;
    readonly added: string;
    readonly before: { readonly early: string; readonly late: string; readonly removed: string };
  }
  const makeNews = async (): Promise<News> => {
    // A list comes in the order of the ids.
    const sites = (await world.control.fleet()).organizations
      .flatMap(({ servers }) => servers.flatMap((server) => server.sites))
      .sort((a, b) => a.id - b.id);
    const [early, late, removed] = [sites[0], ...sites.slice((pagesOfSites - 1) * pageSize)];
    assert.ok(early && late && removed);
    const news = {
      early: 'early.sprawl.example',
      late: 'late.sprawl.example',
      added: 'added.sprawl.example',
      before: { early: early.name, late: late.name, removed: removed.name },
    };
    await world.control.changeFleet(
      { change: 'renameSite', site: early.id, name: news.early },
      { change: 'renameSite', site: late.id, name: news.late },
      { change: 'removeSite', site: removed.id },
      { change: 'addSite', organization, server: 'sprawl-1', name: news.added },
    );
    await world.control.clearRequests();
    return news;
  };
  /** The first pages have come and the last has not: what is known of the rest stays. */
  const assertHalf = (news: News, before: readonly string[], fleet = own) => {
    assert.deepEqual(namesOf(fleet), before.map((name) => (name === news.before.early ? news.early : name)).sort());
  };
  const firstPage = (fleet = own) => world.time.until('the first page', () => (fleet.progress?.read ?? 0) >= pageSize);
  const isJustRead = (fleet = own) => Math.abs((fleet.refreshedAt ?? 0) - world.clock.now()) < minute;

  describe('of a window that dies in the middle', () => {
    let child: ChildProcess | undefined;

    afterEach(() => {
      child?.kill('SIGKILL');
    });

    /**
     * Starts another window that reads two pages and waits for the third. It has the time of the machine, and its call that is not
     * answered counts as one of this process: none may be under way here until it dies.
     */
    const readingWindow = async (file: string) => {
      await world.control.fault({ path: sitesPath, after: 2, hang: true });
      child = fork(join(projectRoot, 'out', 'test', 'simulated', 'fleet', 'dyingWindow.js'), { execArgv: [] });
      const told: Told[] = [];
      const reading = new Promise<void>((resolve, reject) => {
        child?.on('message', (message: Told) => told.push(message) === 3 && resolve());
        child?.once('exit', () => reject(new Error(`The other window ended: ${JSON.stringify(told)}`)));
      });
      const { url, token } = world.simulator;
      child.send({ apiUrl: url, token, userAgent: 'dying', organization, file } satisfies Task);
      await reading;
      assert.deepEqual(told, [{ leased: true }, { sites: pageSize }, { sites: pageSize }]);
      return child;
    };

    const die = async (other: ChildProcess) => {
      other.kill('SIGKILL');
      await once(other, 'exit');
      // Where it died before it asked for the third page.
      await world.control.clearFaults();
    };

    it('is taken over by another one on its own, once the lease that it leaves behind is stale', async () => {
      // A window that is opened now leaves the reading to the other one, and asks again and again.
      here.show(false);
      const account = await during(here.accounts.signIn(world.simulator.token));
      const other = await readingWindow(here.snapshots.file(account.key));
      await world.control.clearRequests();
      let attempts = 0;
      let shown = 0;
      let isShown = false;
      own.onDidChange(() => {
        // Told at its beginning and at its end.
        attempts += own.isLeftToAnother ? 0.5 : 0;
        shown += own.isRefreshing && !isShown ? 1 : 0;
        isShown = own.isRefreshing;
      });
      const asked = (times: number) => world.time.until(`${times} attempts`, () => attempts >= times);
      here.show(true);
      await asked(4);
      await die(other);
      assert.ok(existsSync(lease(account)), 'it has left its lease behind');
      await asked(attempts + 3);
      assert.deepEqual(await lists(), [], 'its window may be alive, for all that can be known');
      assert.equal(own.state, 'loading');
      age(lease(account), leaseMs.stale + second);
      await whole();
      assert.equal((await lists()).length, requestsOfAll);
      assert.equal(shown, 2, 'the first attempt and the reading itself: in between nothing flickers');
    });

    it('leaves the next window what was known, and does not keep it from reading', async () => {
      const account = await signIn();
      const news = await makeNews();
      const before = namesOf(own);
      await die(await readingWindow(here.snapshots.file(account.key)));
      const next = await another();
      await during(next.fleet.open());
      assert.deepEqual(namesOf(next.fleet), before);
      await world.control.clearRequests();
      await during(next.fleet.refresh());
      assert.deepEqual(await lists(), []);
      // Whoever clicks is not kept waiting.
      await during(next.fleet.refresh('user'));
      await whole(next.fleet);
      await world.time.until('the same in this window', () => namesOf(own).includes(news.late));
      await whole();
    });

    for (const [when, ms] of [
      ['long ago', 9 * hour],
      ['while the clock was an hour ahead', -hour],
    ] as const) {
      it(`has left its lease behind ${when}`, async () => {
        here.show(false);
        const account = await during(here.accounts.signIn(world.simulator.token));
        mkdirSync(lease(account), { recursive: true });
        age(lease(account), ms);
        // What is stale is asked of the machine's clock.
        world.time.takeOverClock();
        const since = world.clock.elapsed();
        here.show(true);
        if (ms < 0) {
          await world.time.until('the attempt to read', () => own.isLeftToAnother);
        }
        await whole();
        const took = world.clock.elapsed() - since;
        assert.ok(took < (ms < 0 ? leaseMs.stale + leaseMs.askAgain + second : second), `${took} ms`);
        assert.ok(!existsSync(lease(account)), 'and it was given back');
      });
    }
  });

  describe('through which the machine sleeps for an hour', () => {
    // What is waited for sleeps along: only the clock tells afterwards that time has passed.
    const sleep = () => world.time.set(hour);

    it('goes on with the next page', async () => {
      await signIn();
      const news = await makeNews();
      await world.control.fault({ path: sitesPath, after: 1, delay: 200 });
      const refresh = own.refresh();
      await firstPage();
      assert.ok(namesOf(own).includes(news.early));
      sleep();
      await during(refresh);
      await whole();
      assert.equal((await lists()).length, requestsOfAll);
      assert.ok(isJustRead());
      assert.equal(here.message, '');
    });

    it('is right in both windows, also where the other one takes its lease for one that was left behind', async () => {
      await signIn();
      await makeNews();
      const other = await another();
      world.time.takeOverClock();
      await world.control.fault({ path: sitesPath, after: 1, delay: 200 });
      const refresh = own.refresh();
      await firstPage();
      sleep();
      await during(Promise.all([refresh, other.fleet.refresh()]));
      await whole();
      await whole(other.fleet);
      assert.equal((await lists()).filter(({ path }) => path === '/orgs').length, 2, 'both have read');
      await during(own.refresh());
      await whole();
    });

    it('gives up the page that never comes, keeps what is known, says how old it is, and reads the rest on its own', async () => {
      await signIn();
      const { refreshedAt } = own;
      const news = await makeNews();
      const before = namesOf(own);
      await world.control.fault({ path: sitesPath, after: 2, hang: true });
      const refresh = own.refresh();
      await firstPage();
      sleep();
      // That is as long as anybody waits for a page.
      await world.time.pass(16 * second);
      await during(refresh);
      assertHalf(news, before);
      assert.equal(own.error?.kind, 'timeout');
      assert.equal(own.refreshedAt, refreshedAt);
      assert.match(here.message, /^Forge didn't respond in time\. Try again\. Last updated [^\n]+\.$/);
      await whole();
      assert.equal(here.message, '');
    });
  });

  describe('after the clock was set', () => {
    /** Comes back to the view after a look elsewhere. @returns how old the view says it is while it is read anew */
    const comeBack = () => {
      here.show(false);
      here.show(true);
      return world.time.until('the age', () => /^Updated (.+)\. Refreshing/.exec(here.message)?.[1]);
    };

    it('back does not take for young what was read at a time to come', async () => {
      world.time.set(hour);
      await signIn();
      const news = await makeNews();
      world.time.set(-hour);
      assert.ok((own.refreshedAt ?? 0) > world.clock.now() + minute);
      await world.control.fault({ path: sitesPath, delay: 2 * second });
      assert.equal(await comeBack(), 'now');
      await world.time.until('the change', () => namesOf(own).includes(news.late));
      await whole();
      assert.ok(isJustRead());
      assert.equal((await lists()).length, requestsOfAll);
    });

    it('back takes over what another window reads from then on', async () => {
      const [one, other] = [await another(), await another()];
      world.time.set(hour);
      await during(one.fleet.refresh('user'));
      const news = await makeNews();
      world.time.set(-hour);
      await during(other.fleet.refresh('user'));
      await world.time.until('the change', () => namesOf(one.fleet).includes(news.late));
      await whole(one.fleet);
      assert.ok((one.fleet.refreshedAt ?? 0) <= world.clock.now());
      assert.equal((await lists()).length, requestsOfAll, 'it was read once');
    });

    it('back does not ask the feed of events from a time to come on', async () => {
      await world.control.switch({ events: true });
      world.time.set(20 * minute);
      await signIn();
      world.time.set(-20 * minute);
      await makeNews();
      await during(own.refresh());
      await whole();
    });

    it('forward reads anew, and says meanwhile how old it seems', async () => {
      await signIn();
      const news = await makeNews();
      world.time.set(hour);
      await world.control.fault({ path: sitesPath, delay: 2 * second });
      assert.equal(await comeBack(), '1h ago');
      await world.time.until('the change', () => namesOf(own).includes(news.late));
      await whole();
      assert.equal((await lists()).length, requestsOfAll);
    });

    it('forward and back while pages are on their way is whole in the end', async () => {
      await signIn();
      await makeNews();
      await world.control.fault({ path: sitesPath, after: 1, delay: 100, times: 2 });
      const refresh = own.refresh();
      await firstPage();
      world.time.set(hour);
      await world.time.until('the second page', () => (own.progress?.read ?? 0) >= 2 * pageSize);
      world.time.set(-2 * hour);
      await during(refresh);
      await whole();
      assert.equal((await lists()).length, requestsOfAll);
      assert.ok((own.refreshedAt ?? 0) <= world.clock.now());
    });
  });

  it('of two organizations, where Forge makes all wait, reads first what is on screen', async () => {
    const other = 'annex';
    await world.control.changeFleet(
      { change: 'addOrganization', name: 'Annex', slug: other },
      { change: 'addServer', organization: other, name: 'annex-1' },
      { change: 'addSite', organization: other, server: 'annex-1', name: 'annex.example' },
    );
    const { limiter, client } = await signIn();
    for (const slug of [organization, other]) {
      const showing = own.addShowing((entry) => entry.organization.slug === slug);
      // While the organizations are on their way, another call is refused: nothing goes out until one may try again.
      await world.control.fault({ path: '/orgs$', delay: 200 });
      await world.control.fault({
        path: '/sites/\\d+$',
        status: 429,
        headers: { 'retry-after': '5' },
        body: '{}',
        times: 1,
      });
      await world.control.clearRequests();
      const refresh = own.refresh();
      await world.time.until('the first request', () => world.simulator.held === 1);
      const refused = client.call(
        'showSite',
        { organization: other, site: here.site('annex.example').site.id },
        { lane: 'background' },
      );
      await world.time.until('the refusal', () => (limiter.state.nextInMs ?? 0) > 0);
      await during(Promise.all([refresh, refused]));
      const [first, ...rest] = (await lists()).filter(({ path }) => path !== '/orgs');
      assert.equal(first?.path, `/orgs/${slug}/servers`);
      assert.equal(rest.length, pagesOfSites + 2);
      showing.dispose();
    }
  });

  it('for the first time is shown as it comes, and says how much that is', async () => {
    await world.control.fault({ path: sitesPath, after: 2, delay: 3 * second, times: 1 });
    await during(here.accounts.signIn(world.simulator.token));
    await world.time.until('two pages', () => own.allSites().length === 2 * pageSize);
    await world.time.until('the count', () => here.message === `Loading ${2 + 2 * pageSize} so far…`);
    assert.equal(own.allSites().length, 2 * pageSize);
    await whole();
    assert.equal(here.message, '');
  });

  it('for the first time is shown by another window as far as it has come, and made once', async () => {
    const [reader, viewer] = [(await another()).fleet, (await another()).fleet];
    await during(viewer.open());
    assert.equal(viewer.state, 'loading');
    await world.control.fault({ path: sitesPath, after: 1, delay: second, times: 1 });
    await world.control.fault({ path: sitesPath, after: 2, hang: true });
    await world.control.clearRequests();
    void reader.refresh();
    await firstPage(reader);
    await during(viewer.refresh());
    assert.ok(viewer.isLeftToAnother);
    // What a long refresh has read is written down every now and then.
    world.time.set(20 * second);
    await world.time.until('two pages', () => namesOf(viewer).length >= 2 * pageSize);
    assert.deepEqual([viewer.state, viewer.isIncomplete], ['ready', true]);
    const asked = (await lists()).map(({ path, query }) => `${path} ${query['page[cursor]'] ?? ''}`);
    assert.equal(new Set(asked).size, asked.length, 'no page is asked for twice');
  });

  for (const [isTold, watchFolder] of [
    ['and told of', undefined],
    ['and not told of', () => ({ dispose: () => undefined })],
  ] as const) {
    it(`that another window has just made ${isTold} costs nothing`, async () => {
      await signIn();
      const { accounts, snapshots, fleet: told } = await another();
      const fleet = watchFolder ? new Fleet(accounts, snapshots, watchFolder, world.clock, quiet) : told;
      await during(fleet.ready.then(() => fleet.open()));
      assert.deepEqual(namesOf(fleet), namesOf(own));
      world.time.set(hour);
      const news = await makeNews();
      await during(own.refresh('user'));
      await world.control.clearRequests();
      if (watchFolder) {
        assert.ok(!namesOf(fleet).includes(news.late));
      } else {
        await world.time.until('the change', () => namesOf(fleet).includes(news.late));
      }
      await during(fleet.refresh('visible', minute));
      assert.deepEqual(await lists(), []);
      assert.ok(namesOf(fleet).includes(news.late));
    });
  }

  it('that Forge refuses half-way waits as long as it is told, and goes on with that page', async () => {
    const account = await signIn();
    const news = await makeNews();
    const before = namesOf(own);
    const { refreshedAt } = own;
    await world.control.fault({
      path: sitesPath,
      after: 2,
      status: 429,
      headers: { 'retry-after': '10' },
      body: '{"message":"Too Many Attempts."}',
    });
    const refresh = own.refresh();
    await world.time.until('the pause', () => (account.limiter.state.nextInMs ?? 0) > 8 * second);
    const since = world.clock.elapsed();
    assertHalf(news, before);
    assert.equal(own.refreshedAt, refreshedAt);
    const afterTwo = (await lists()).length;
    await world.time.until('the word', () =>
      /^Rate limited \(\d+\/min\)\. Continuing in \d s\. Updated [^.]+\. Refreshing… 63%$/.test(here.message),
    );
    await world.time.pass(since + 10 * second - world.clock.elapsed());
    assert.equal((await lists()).length, afterTwo, 'and nothing is sent');
    await during(refresh);
    await whole();
    const read = cursors(await lists());
    assert.equal(read.length, pagesOfSites);
    assert.equal(new Set(read).size, pagesOfSites, 'no page was read twice');
  });

  describe('one page of which fails for good', () => {
    const page = (fault: Fault): Fault => ({ path: sitesPath, after: 2, ...fault });
    const failures: readonly (readonly [what: string, fault: Fault, kind: string])[] = [
      ['with a 500, again and again', page({ status: 500, body: '{"message":"Server Error"}', times: 3 }), 'server'],
      ['because the connection is cut', page({ cut: 0.5, times: 3 }), 'network'],
      ['with half a document', page({ status: 200, body: '{"data": [{"id": 1' }), 'unexpected'],
      ['with a document without data', page({ status: 200, body: '{"meta":{"next_cursor":null}}' }), 'unexpected'],
    ];
    for (const [what, fault, kind] of failures) {
      it(`${what}, keeps what is known, says how old it is, and is made up for later`, async () => {
        await signIn();
        const { refreshedAt } = own;
        const news = await makeNews();
        const before = namesOf(own);
        await world.control.fault(fault);
        await during(own.refresh());
        assertHalf(news, before);
        assert.equal(own.error?.kind, kind);
        assert.equal(own.refreshedAt, refreshedAt);
        assert.match(here.message, /\. Last updated [^\n]+\.$/);
        const next = await another();
        await during(next.fleet.open());
        assertHalf(news, before, next.fleet);
        assert.equal(next.fleet.refreshedAt, refreshedAt, 'a window that opens now knows how old it is');
        if (kind === 'unexpected') {
          // Nothing that passes on its own: it is not tried again before its time.
          const sent = (await lists()).length;
          await world.time.pass(minute);
          assert.equal((await lists()).length, sent);
          await during(own.refresh('user'));
        }
        await whole();
        assert.equal(here.message, '');
        if (kind === 'server') {
          const read = cursors(await lists());
          assert.deepEqual(
            [read.length, new Set(read).size],
            [pagesOfSites, pagesOfSites],
            'what had come is not read again',
          );
          assert.equal((await lists()).filter(({ path }) => path.endsWith('/servers')).length, 1);
        }
      });
    }

    it('is read from the beginning by who clicks meanwhile', async () => {
      await signIn();
      await world.control.clearRequests();
      await world.control.fault(page({ status: 500, body: '{}', times: 3 }));
      await during(own.refresh());
      assert.equal(cursors(await lists()).length, 2);
      await world.control.fault({ path: '/orgs$', delay: 300 });
      const again = own.refresh('visible', 5 * minute);
      await during(Promise.all([again, own.refresh('user')]));
      await whole();
      const read = cursors(await lists());
      assert.equal(read.filter((cursor) => cursor === '').length, 2);
      assert.equal(read.length, 2 + pagesOfSites);
    });

    it('shows at the first time what has come, says that something is missing, and reads it on its own', async () => {
      await world.control.fault(page({ status: 500, body: '{}', times: 3 }));
      await signIn();
      assert.equal(own.state, 'ready');
      assert.equal(namesOf(own).length, 2 * pageSize);
      assert.equal(own.refreshedAt, undefined);
      assert.equal(here.message, 'Forge returned a server error. Try again later.');
      await world.time.until('the next try', () => own.progress);
      assert.equal(own.progress?.about, undefined, 'nobody knows how many there are');
      await whole();
      assert.equal(here.message, '');
    });

    it('loses nothing where it comes in a shape that cannot be read', async () => {
      await signIn();
      const news = await makeNews();
      const before = namesOf(own);
      await world.control.fault(page({ patchDocument: { data: [null, 7, { id: null }, {}] } }));
      await during(own.refresh());
      assert.equal(cursors(await lists()).length, pagesOfSites, 'all other pages were read');
      assert.deepEqual(
        namesOf(own),
        [...before, news.added]
          .map((name) => (name === news.before.early ? news.early : name === news.before.late ? news.late : name))
          .sort(),
        'nobody can tell what is gone',
      );
      await during(own.refresh());
      await whole();
    });
  });
});
