import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Account } from '../../src/account/session';
import type { Fleet } from '../../src/fleet/fleet';
import { leaseMs } from '../../src/fleet/lease';
import type { Site } from '../../src/forge/resources';
import { settings, views } from '../../src/manifest';
import type { FleetNode } from '../../src/views/fleetNodes';
import type { Fault, RequestRecord } from '../simulator/control';
import type { Task, Told } from './dyingWindow';
import { type Changes, eventually } from './eventually';
import { extensionUnderTest, never, url } from './extensionUnderTest';
import { HastenedPauses } from './hastenedPauses';
import { OtherWindows, userAgent } from './otherWindows';
import { SetClock } from './setClock';

const minute = 60_000;
const hour = 60 * minute;

/** An organization with several pages of sites. */
const organization = 'sprawl';
const sitesPath = `/orgs/${organization}/sites$`;
const pageSize = 30;
const pagesOfSites = 4;

/** The longest pause of the extension after which it reads on its own what it could not read. */
const againMs = 15_000;

describe('A refresh', () => {
  const under = extensionUnderTest();
  const { control } = under;
  const windows = new OtherWindows(under);
  let pauses: HastenedPauses;
  let clock: SetClock;
  let users = 0;
  let user: string;
  let token: string;
  let child: ChildProcess | undefined;

  before(async () => {
    await control.changeFleet(
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
    await vscode.commands.executeCommand(`${views.fleet}.focus`);
  });

  beforeEach(async () => {
    pauses = new HastenedPauses(againMs);
    clock = new SetClock();
    // A user of its own: what limiter and snapshot remember of one trouble does not touch the next.
    users += 1;
    user = `witness-${users}`;
    await control.setUser(user, [organization]);
    token = await control.createToken({ user });
  });

  afterEach(async () => {
    clock.restore();
    pauses.restore();
    windows.closeAll();
    child?.kill('SIGKILL');
    await control.clearFaults();
    await under.signOutAll();
  });

  const own = () => under.services.fleet;
  const message = () => under.services.tree.treeView.message ?? '';
  const signIn = () => under.signIn(token);
  const lease = ({ key }: Account) => `${under.services.snapshots.file(key)}.lock`;
  /** Leaves a lease as a crash so many milliseconds ago would have left it. */
  const age = (path: string, ms: number) => {
    const seconds = (Date.now() - ms) / 1000;
    utimesSync(path, seconds, seconds);
  };

  /** For what nobody tells of. */
  const everyMoment: Changes = (listener) => {
    const timer = setInterval(listener, 20);
    return { dispose: () => clearInterval(timer) };
  };

  const namesOf = (fleet: Fleet) =>
    fleet
      .allSites()
      .map(({ site }) => site.name)
      .sort();
  const realNames = async () =>
    (await control.fleet()).organizations
      .find(({ slug }) => slug === organization)
      ?.servers.flatMap(({ sites }) => sites.map(({ name }) => name))
      .sort();

  /** Everything that Forge has is there, once, in the fleet and in the tree. */
  const assertWhole = async (fleet = own()) => {
    assert.deepEqual(namesOf(fleet), await realNames());
    if (fleet === own()) {
      const servers = await under.rows();
      const sites = (await Promise.all(servers.map(({ node }) => under.rows(node)))).flat();
      assert.deepEqual(sites.map(({ item }) => item.label).sort(), namesOf(fleet));
      assert.equal(new Set(sites.map(({ item }) => item.id)).size, sites.length);
    }
  };
  const whole = async (fleet = own()) => {
    const names = JSON.stringify(await realNames());
    await eventually('all that Forge has', () => JSON.stringify(namesOf(fleet)) === names && !fleet.isRefreshing, [
      fleet.onDidChange,
    ]);
    await assertWhole(fleet);
    assert.equal(fleet.error, undefined);
  };

  /** Requests of this extension host for lists. */
  const lists = async (by = token) =>
    (await control.requests()).filter(
      (request) => request.token === by.slice(-6) && /^\/orgs(\/[^/]+\/(servers|sites))?$/.test(request.path),
    );
  const cursors = (requests: readonly RequestRecord[]) =>
    requests
      .filter(({ path, status }) => new RegExp(sitesPath).test(path) && status === 200)
      .map(({ query }) => query['page[cursor]'] ?? '');
  const requestsOfAll = 2 + pagesOfSites;

  /** What somebody else changes between two refreshes, on the first page and on the last. */
  interface News {
    readonly early: string;
    readonly late: string;
    readonly added: string;
    readonly before: { readonly early: string; readonly late: string; readonly removed: string };
  }
  const makeNews = async ({ client }: Account): Promise<News> => {
    const pages: (readonly Site[])[] = [];
    for await (const { items } of client.sites(organization)) {
      pages.push(items);
    }
    assert.equal(pages.length, pagesOfSites);
    const [early] = pages[0] ?? [];
    const [late, removed] = pages.at(-1) ?? [];
    assert.ok(early && late && removed);
    const news = {
      early: `early-${users}.sprawl.example`,
      late: `late-${users}.sprawl.example`,
      added: `added-${users}.sprawl.example`,
      before: { early: early.name, late: late.name, removed: removed.name },
    };
    await control.changeFleet(
      { change: 'renameSite', site: Number(early.id), name: news.early },
      { change: 'renameSite', site: Number(late.id), name: news.late },
      { change: 'removeSite', site: Number(removed.id) },
      { change: 'addSite', organization, server: 'sprawl-1', name: news.added },
    );
    await control.clearRequests();
    return news;
  };
  /** The first pages have come and the last has not: what is known of the rest stays. */
  const assertHalf = (news: News, before: readonly string[], fleet = own()) => {
    assert.deepEqual(namesOf(fleet), before.map((name) => (name === news.before.early ? news.early : name)).sort());
  };
  const firstPage = (fleet = own()) =>
    eventually('the first page', () => (fleet.progress?.read ?? 0) >= pageSize, [fleet.onDidChange]);

  describe('of a window that dies in the middle', () => {
    /** Starts another window that reads two pages and waits for the third. */
    const readingWindow = async (file: string) => {
      const as = await control.createToken({ user });
      await control.fault({ path: sitesPath, after: 2, hang: true });
      child = fork(join(__dirname, 'dyingWindow.js'), {
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
        execArgv: [],
      });
      const told: Told[] = [];
      const reading = new Promise<void>((resolve, reject) => {
        child?.on('message', (message: Told) => told.push(message) === 3 && resolve());
        child?.once('exit', () => reject(new Error(`The other window ended: ${JSON.stringify(told)}`)));
      });
      child.send({ apiUrl: url, token: as, userAgent: userAgent(), organization, file } satisfies Task);
      await reading;
      assert.deepEqual(told, [{ leased: true }, { sites: pageSize }, { sites: pageSize }]);
      return child;
    };

    const die = async (other: ChildProcess) => {
      other.kill('SIGKILL');
      await once(other, 'exit');
      // Where it died before it asked for the third page.
      await control.clearFaults();
    };

    it('is taken over by another one on its own, once the lease that it leaves behind is stale', async () => {
      const account = await signIn();
      const file = under.services.snapshots.file(account.key);
      await under.signOutAll();
      await under.services.snapshots.forget(account.key);
      const other = await readingWindow(file);
      await control.clearRequests();

      // A window that is opened now leaves the reading to the other one, and asks again and again.
      let attempts = 0;
      let shown = 0;
      let isShown = false;
      const asking = own().onDidChange(() => {
        // Told at its beginning and at its end.
        attempts += own().isLeftToAnother ? 0.5 : 0;
        shown += own().isRefreshing && !isShown ? 1 : 0;
        isShown = own().isRefreshing;
      });
      try {
        await under.services.accounts.signInWith(token, never);
        // Signing in asks once for the organizations itself.
        await control.clearRequests();
        const asked = (times: number) => eventually(`${times} attempts`, () => attempts >= times, [own().onDidChange]);
        await asked(4);
        await die(other);
        assert.ok(existsSync(`${file}.lock`), 'it has left its lease behind');
        await asked(attempts + 3);
        assert.deepEqual(await lists(), [], 'its window may be alive, for all that can be known');
        assert.equal(own().state, 'loading');
        age(`${file}.lock`, leaseMs.stale + 1_000);
        await whole();
        assert.equal((await lists()).length, requestsOfAll);
        assert.equal(shown, 2, 'the first attempt and the reading itself: in between nothing flickers');
      } finally {
        asking.dispose();
      }
    });

    it('leaves the next window what was known, and does not keep it from reading', async () => {
      const account = await signIn();
      const news = await makeNews(account);
      const before = namesOf(own());
      const other = await readingWindow(under.services.snapshots.file(account.key));
      await die(other);
      const next = await windows.open(account, { as: token });
      await next.open();
      assert.deepEqual(namesOf(next), before);
      await control.clearRequests();
      await next.refresh();
      assert.deepEqual(await lists(), []);
      // Whoever clicks is not kept waiting.
      await next.refresh('user');
      await whole(next);
      await eventually('the same in this window', () => namesOf(own()).includes(news.late), [own().onDidChange]);
      await assertWhole();
    });

    for (const [when, ms] of [
      ['long ago', 9 * hour],
      ['while the clock was an hour ahead', -hour],
    ] as const) {
      it(`has left its lease behind ${when}`, async () => {
        const account = await signIn();
        await under.signOutAll();
        await under.services.snapshots.forget(account.key);
        mkdirSync(lease(account));
        age(lease(account), ms);
        await under.services.accounts.signInWith(token, never);
        if (ms < 0) {
          await eventually('the attempt to read', () => own().isLeftToAnother, [own().onDidChange]);
          clock.move(leaseMs.stale + 1_000);
        }
        await whole();
        assert.ok(!existsSync(lease(account)), 'and it was given back');
      });
    }
  });

  describe('through which the machine sleeps for an hour', () => {
    it('goes on with the next page', async () => {
      const news = await makeNews(await signIn());
      await control.fault({ path: sitesPath, after: 1, delay: 200 });
      const refresh = own().refresh();
      await firstPage();
      assert.ok(namesOf(own()).includes(news.early));
      clock.move(hour);
      await refresh;
      await whole();
      assert.equal((await lists()).length, requestsOfAll);
      assert.ok(Math.abs((own().refreshedAt ?? 0) - Date.now()) < minute);
      assert.equal(message(), '');
    });

    it('is right in both windows, also where the other one takes its lease for one that was left behind', async () => {
      const account = await signIn();
      await makeNews(account);
      const other = await windows.open(account, { as: token });
      await control.fault({ path: sitesPath, after: 1, delay: 200 });
      const refresh = own().refresh();
      await firstPage();
      clock.move(hour);
      await Promise.all([refresh, other.refresh()]);
      await whole();
      await whole(other);
      await own().refresh();
      await whole();
    });

    it('gives up the page that never comes, keeps what is known, says how old it is, and reads the rest on its own', async () => {
      const account = await signIn();
      const { refreshedAt } = own();
      const news = await makeNews(account);
      const before = namesOf(own());
      pauses.setPatience(500);
      await control.fault({ path: sitesPath, after: 2, hang: true });
      const refresh = own().refresh();
      await firstPage();
      clock.move(hour);
      await refresh;
      assertHalf(news, before);
      assert.equal(own().error?.kind, 'timeout');
      assert.equal(own().refreshedAt, refreshedAt);
      assert.match(message(), /^Forge did not answer in time\. Try again\. Last read at [^\n]+\.$/);
      await whole();
      assert.equal(message(), '');
    });
  });

  describe('after the clock was set', () => {
    /** Comes back to the view after a look elsewhere. @returns what the view says while it is read anew */
    const comeBack = async () => {
      const { treeView } = under.services.tree;
      await vscode.commands.executeCommand('workbench.view.explorer');
      await eventually('the view to be hidden', () => !treeView.visible, [treeView.onDidChangeVisibility]);
      await vscode.commands.executeCommand(`${views.fleet}.focus`);
      return eventually('the age', () => /^As of (.+)\. Reading/.exec(message())?.[1], [own().onDidChange]);
    };

    it('back does not take for young what was read at a time to come', async () => {
      clock.move(hour);
      const news = await makeNews(await signIn());
      clock.move(-hour);
      assert.ok((own().refreshedAt ?? 0) > Date.now() + minute);
      await control.fault({ path: sitesPath, delay: 400 });
      assert.equal(await comeBack(), 'now');
      await eventually('the change', () => namesOf(own()).includes(news.late), [own().onDidChange]);
      await whole();
      assert.ok(Math.abs((own().refreshedAt ?? 0) - Date.now()) < minute);
      assert.equal((await lists()).length, requestsOfAll);
    });

    it('back takes over what another window reads from then on', async () => {
      // Of the windows here, the extension's own one does not read by itself.
      pauses.restore();
      const account = await signIn();
      const [one, other] = [await windows.open(account, { as: token }), await windows.open(account, { as: token })];
      clock.move(hour);
      await one.refresh('user');
      const news = await makeNews(account);
      clock.move(-hour);
      await other.refresh('user');
      await eventually('the change', () => namesOf(one).includes(news.late), [one.onDidChange]);
      await assertWhole(one);
      assert.ok((one.refreshedAt ?? 0) <= Date.now());
    });

    it('back does not ask the feed of events from a time to come on', async () => {
      await control.switch({ events: true });
      try {
        clock.move(20 * minute);
        await makeNews(await signIn());
        clock.move(-20 * minute);
        await own().refresh();
        await whole();
      } finally {
        await control.switch({ events: false });
      }
    });

    it('forward reads anew, and says meanwhile how old it seems', async () => {
      const news = await makeNews(await signIn());
      clock.move(hour);
      await control.fault({ path: sitesPath, delay: 400 });
      assert.equal(await comeBack(), '1h ago');
      await eventually('the change', () => namesOf(own()).includes(news.late), [own().onDidChange]);
      await whole();
      assert.equal((await lists()).length, requestsOfAll);
    });

    it('forward and back while pages are on their way is whole in the end', async () => {
      await makeNews(await signIn());
      await control.fault({ path: sitesPath, after: 1, delay: 100, times: 2 });
      const refresh = own().refresh();
      await firstPage();
      clock.move(hour);
      await eventually('the second page', () => (own().progress?.read ?? 0) >= 2 * pageSize, [own().onDidChange]);
      clock.move(-2 * hour);
      await refresh;
      await whole();
      assert.equal((await lists()).length, requestsOfAll);
      assert.ok((own().refreshedAt ?? 0) <= Date.now());
    });
  });

  describe('of two organizations, where Forge makes all wait', () => {
    const other = 'annex';
    const tree = () => under.services.tree.treeView;

    before(() =>
      control.changeFleet(
        { change: 'addOrganization', name: 'Annex', slug: other },
        { change: 'addServer', organization: other, name: 'annex-1' },
        { change: 'addSite', organization: other, server: 'annex-1', name: 'annex.example' },
      ),
    );

    let account: Account;

    beforeEach(async () => {
      await control.setUser(user, [organization, other]);
      account = await signIn();
    });

    afterEach(() => under.services.arrangements.change({ group: 'server' }));

    after(() => control.changeFleet({ change: 'removeOrganization', organization: other }));

    const nameIn = (node: FleetNode) =>
      node.kind === 'server' ? node.server.name : 'organization' in node ? node.organization.slug : '';
    /** Opens these rows of the tree, each below the one before, and closes all others. */
    const open = async (...names: readonly string[]) => {
      let [{ node: row } = assert.fail('no row'), ...others] = await under.rows();
      await tree().reveal(row, { select: false, expand: true });
      const closed = new Promise<void>((resolve) => {
        const listener = tree().onDidCollapseElement(({ element }) => {
          if (element.id === row.id) {
            listener.dispose();
            resolve();
          }
        });
      });
      await vscode.commands.executeCommand(`workbench.actions.treeView.${views.fleet}.collapseAll`);
      await closed;
      for (const name of names) {
        row = [{ node: row }, ...others].find(({ node }) => nameIn(node) === name)?.node ?? assert.fail(name);
        await tree().reveal(row, { select: false, expand: true });
        others = await under.rows(row);
      }
    };
    const onScreen = () =>
      own()
        .organizations()
        .flatMap((entry) =>
          (['servers', 'sites'] as const)
            .filter((list) => own().isOnScreen(entry, list))
            .map((list) => `${entry.organization.slug}/${list}`),
        );

    it('knows which of their lists are on screen: what is open, and what the status bar tells of', async () => {
      const link = (site?: string) =>
        vscode.workspace.getConfiguration().update(settings.site, site, vscode.ConfigurationTarget.Workspace);
      await open(other);
      assert.deepEqual(onScreen(), [`${other}/servers`]);
      await open(organization, 'sprawl-2');
      assert.deepEqual(onScreen(), [`${organization}/servers`, `${organization}/sites`]);
      await open();
      assert.deepEqual(onScreen(), []);
      try {
        await link(`${other}/annex-1/annex.example`);
        assert.deepEqual(onScreen(), [`${other}/sites`]);
      } finally {
        await link();
      }
      await under.services.arrangements.change({ group: 'organization' });
      await open(organization);
      assert.deepEqual(onScreen(), [`${organization}/sites`]);
      await under.services.arrangements.change({ group: 'none' });
      assert.deepEqual(onScreen(), [`${other}/sites`, `${organization}/sites`]);
    });

    it('reads first what is on screen', async () => {
      for (const slug of [organization, other]) {
        await open(slug);
        // While the organizations are on their way, another call is refused: nothing goes out until one may try again.
        await control.fault({ path: '/orgs$', delay: 200 });
        await control.fault({
          path: '/sites/\\d+$',
          status: 429,
          headers: { 'retry-after': '5' },
          body: '{}',
          times: 1,
        });
        await control.clearRequests();
        const { limiter, client } = account;
        const limiterChanges: Changes[] = [(listener) => limiter.onDidChange(listener)];
        const { used } = limiter.state;
        const refresh = own().refresh();
        await eventually('the first request', () => limiter.state.used > used, limiterChanges);
        const refused = client.site(other, under.site('annex.example').site.id, { lane: 'background' });
        await eventually('the refusal', () => (limiter.state.nextInMs ?? 0) > 0, limiterChanges);
        // The first look is one of no organization.
        let organizations = -1;
        await eventually('both organizations', () => ++organizations === 2, [own().onDidChange]);
        await new Promise(setImmediate);
        clock.move(10_000);
        limiter.reconsider();
        await Promise.all([refresh, refused]);
        await control.clearFaults();
        const [first] = (await lists()).filter(({ path }) => path !== '/orgs');
        assert.equal(first?.path, `/orgs/${slug}/servers`);
      }
    });
  });

  it('for the first time is shown as it comes, and says how much that is', async () => {
    await control.fault({ path: sitesPath, after: 2, delay: 500, times: 1 });
    const signedIn = signIn();
    const rowsOfSites = async () =>
      (await Promise.all((await under.rows()).map(({ node }) => under.rows(node)))).flat().length;
    await eventually('two pages', () => own().allSites().length === 2 * pageSize, [own().onDidChange]);
    await eventually('the count', () => message() === `Reading ${2 + 2 * pageSize} so far.`, [everyMoment]);
    assert.equal(await rowsOfSites(), 2 * pageSize);
    await signedIn;
    await whole();
    assert.equal(message(), '');
  });

  it('for the first time is shown by another window as far as it has come, and made once', async () => {
    const account = await signIn();
    await under.services.snapshots.forget(account.key);
    const reader = await windows.open(account, { as: token });
    const viewer = await windows.open(account, { as: token });
    await viewer.open();
    assert.equal(viewer.state, 'loading');
    await control.fault({ path: sitesPath, after: 1, delay: 1_000, times: 1 });
    await control.fault({ path: sitesPath, after: 2, hang: true });
    await control.clearRequests();
    void reader.refresh();
    await firstPage(reader);
    await viewer.refresh();
    assert.ok(viewer.isLeftToAnother);
    // What a long refresh has read is written down every now and then.
    clock.move(20_000);
    await eventually('two pages', () => namesOf(viewer).length >= 2 * pageSize, [viewer.onDidChange]);
    assert.deepEqual([viewer.state, viewer.isIncomplete], ['ready', true]);
    const asked = (await lists()).map(({ path, query }) => `${path} ${query['page[cursor]'] ?? ''}`);
    assert.equal(new Set(asked).size, asked.length, 'no page is asked for twice');
  });

  it('that another window has just made costs nothing', async () => {
    const account = await signIn();
    const window = await windows.open(account, { as: token });
    await window.open();
    clock.move(hour);
    const news = await makeNews(account);
    await own().refresh('user');
    await control.clearRequests();
    await window.refresh('visible', minute);
    assert.deepEqual(await lists(), []);
    assert.ok(namesOf(window).includes(news.late));
  });

  it('that Forge refuses half-way waits as long as it is told, and goes on with that page', async () => {
    const account = await signIn();
    const news = await makeNews(account);
    const before = namesOf(own());
    const { refreshedAt } = own();
    await control.fault({
      path: sitesPath,
      after: 2,
      status: 429,
      headers: { 'retry-after': '10' },
      body: '{"message":"Too Many Attempts."}',
    });
    const refresh = own().refresh();
    const { limiter } = account;
    await eventually('the pause', () => (limiter.state.nextInMs ?? 0) > 8_000, [
      (listener) => limiter.onDidChange(listener),
      own().onDidChange,
    ]);
    assertHalf(news, before);
    assert.equal(own().refreshedAt, refreshedAt);
    const afterTwo = (await lists()).length;
    clock.move(1_000);
    limiter.reconsider();
    // Nobody is told of the refusal itself.
    await eventually(
      'the word',
      () => /^Forge allows \d+ requests a minute\. Next one in \d s\. As of [^.]+\. Reading: 63 %$/.test(message()),
      [everyMoment],
    );
    assert.equal((await lists()).length, afterTwo, 'and nothing is sent');
    clock.move(10_000);
    limiter.reconsider();
    await refresh;
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
        const account = await signIn();
        const { refreshedAt } = own();
        const news = await makeNews(account);
        const before = namesOf(own());
        await control.fault(fault);
        await own().refresh();
        assertHalf(news, before);
        assert.equal(own().error?.kind, kind);
        assert.equal(own().refreshedAt, refreshedAt);
        assert.match(message(), /\. Last read at [^\n]+\.$/);
        const next = await windows.open(account, { as: token });
        await next.open();
        assertHalf(news, before, next);
        assert.equal(next.refreshedAt, refreshedAt, 'a window that opens now knows how old it is');
        if (kind === 'unexpected') {
          // Nothing that passes on its own: it is not tried again before its time.
          await own().refresh('user');
        }
        await whole();
        assert.equal(message(), '');
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
      await control.clearRequests();
      await control.fault(page({ status: 500, body: '{}', times: 3 }));
      await own().refresh();
      assert.equal(cursors(await lists()).length, 2);
      await control.fault({ path: '/orgs$', delay: 300 });
      const again = own().refresh('visible', 5 * minute);
      await Promise.all([again, own().refresh('user')]);
      await whole();
      const read = cursors(await lists());
      assert.equal(read.filter((cursor) => cursor === '').length, 2);
      assert.equal(read.length, 2 + pagesOfSites);
    });

    it('shows at the first time what has come, says that something is missing, and reads it on its own', async () => {
      await control.fault(page({ status: 500, body: '{}', times: 3 }));
      await signIn();
      assert.equal(own().state, 'ready');
      assert.equal(namesOf(own()).length, 2 * pageSize);
      assert.equal(own().refreshedAt, undefined);
      assert.equal(message(), 'Forge has a problem of its own. Try again in a while.');
      const isRead = whole();
      await eventually('the next try', () => own().progress, [own().onDidChange]);
      assert.equal(own().progress?.about, undefined, 'nobody knows how many there are');
      await isRead;
      assert.equal(message(), '');
    });

    it('loses nothing where it comes in a shape that cannot be read', async () => {
      const account = await signIn();
      const news = await makeNews(account);
      const before = namesOf(own());
      await control.fault(page({ patchDocument: { data: [null, 7, { id: null }, {}] } }));
      await own().refresh();
      assert.equal(cursors(await lists()).length, pagesOfSites, 'all other pages were read');
      assert.deepEqual(
        namesOf(own()),
        [...before, news.added]
          .map((name) => (name === news.before.early ? news.early : name === news.before.late ? news.late : name))
          .sort(),
        'nobody can tell what is gone',
      );
      await own().refresh();
      await whole();
    });
  });
});
