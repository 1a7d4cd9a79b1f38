import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { SiteEntry } from '../../../src/fleet/rows';
import { Emitter } from '../../../src/forge/emitter';
import type { GitCommit, GitRepository, Place } from '../../../src/workspace/git';
import { type BranchPush, SiteCodes } from '../../../src/workspace/siteCodes';
import { sampleSites } from '../../sampleWorkspace';
import { type TestWindow, worldOfBlock } from '../forgeWorld';

const deployed = 'a'.repeat(40);
const newer = 'b'.repeat(40);

describe('What Git says about the linked sites', () => {
  const block = worldOfBlock();
  const stateChanged = new Emitter<void>();
  const linkedChanged = new Emitter<SiteEntry | undefined>();
  const historyChanged = new Emitter<SiteEntry>();
  /** The commits that the clone has. */
  const commits = new Set<string>();
  /** What Git was asked since it was last looked, and how often its files were read. */
  let asked: string[] = [];
  let reads = 0;
  let remoteCommit: string | Error;
  let fetchedAt: number | undefined;
  let window: TestWindow;
  let sites: SiteEntry[];
  let wasPushed: boolean;
  /** What Git does before it answers. */
  let beforeAnswer: () => Promise<void>;
  let codes: SiteCodes;

  const commitOf = (hash: string): GitCommit => ({ hash, message: `Commit ${hash[0]}` });
  const repository = {
    getCommit: async (ref: string) => {
      asked.push(ref);
      await beforeAnswer();
      assert.ok(commits.has(ref), 'fatal: bad object');
      return commitOf(ref);
    },
    log: async ({ range }: { readonly range: string }) => {
      asked.push(range);
      return range === `${deployed}..${newer}` ? [commitOf(newer)] : [];
    },
    state: { HEAD: { commit: newer } },
  } as unknown as GitRepository;
  const place: Place = {
    root: 'file:///shop' as unknown as vscode.Uri,
    repository,
    checkout: { branch: 'main', remotes: [{ name: 'origin', url: 'git@github.com:acme/shop.git' }] },
  };

  /** The site with that commit deployed, of the branch that the clone has. */
  const site = (name: string, hash = deployed): SiteEntry => {
    const entry = window.site(name);
    const latest = { status: 'finished', commit: { hash } } as SiteEntry['site']['latestDeployment'];
    return {
      ...entry,
      site: {
        ...entry.site,
        repository: { provider: 'github', url: 'acme/shop', branch: 'main' },
        latestDeployment: latest,
      },
    };
  };
  const link = () => linkedChanged.fire(undefined);
  const change = () => stateChanged.fire();
  /** What Git is asked in consequence of something. */
  const askedBy = async (work: () => void): Promise<readonly string[]> => {
    asked = [];
    reads = 0;
    work();
    await block.world.time.pass(1_000);
    return asked;
  };
  const drift = () => codes.drift(window.site(sampleSites.main).key)?.kind;

  beforeEach(async () => {
    ({ window } = block);
    wasPushed = false;
    beforeAnswer = async () => undefined;
    commits.clear();
    commits.add(deployed).add(newer);
    [remoteCommit, fetchedAt] = [newer, undefined];
    sites = [site(sampleSites.main), site(sampleSites.develop)];
    codes = new SiteCodes(
      {
        checkouts: [place],
        onDidChangeState: stateChanged.event,
        remoteCommit: async () => {
          reads += 1;
          if (remoteCommit instanceof Error) {
            throw remoteCommit;
          }
          return remoteCommit;
        },
        fetchedAt: async () => fetchedAt,
        wasPushed: async () => wasPushed,
      },
      {
        get sites() {
          return sites;
        },
        onDidChange: linkedChanged.event,
      },
      { deployedCommit: () => undefined, onDidChange: historyChanged.event },
      window.fleet,
    );
  });

  afterEach(() => codes.dispose());

  it('is asked once for what several sites deploy, and not again for a change that brings no commits', async () => {
    assert.deepEqual(await askedBy(link), [deployed, `${deployed}..${newer}`]);
    assert.equal(reads, 1);
    assert.equal(drift(), 'behind');
    // Somebody signs out, and in again.
    const [...before] = sites;
    assert.deepEqual(await askedBy(() => [sites.splice(0), link()]), []);
    assert.equal(drift(), undefined);
    assert.deepEqual(await askedBy(() => [sites.push(...before), link()]), []);
    assert.equal(reads, 0);
    assert.equal(drift(), 'behind');
    assert.deepEqual(await askedBy(change), []);
    assert.equal(reads, 1);
  });

  it('is asked from the beginning about the sites that are linked by then', async () => {
    assert.deepEqual(await askedBy(() => undefined), [deployed, `${deployed}..${newer}`]);
    assert.equal(drift(), 'behind');
  });

  it('is asked again for a commit that the clone has not, once it has fetched', async () => {
    commits.delete(deployed);
    assert.deepEqual(await askedBy(link), [deployed]);
    assert.equal(drift(), 'notInClone');
    assert.deepEqual(await askedBy(() => historyChanged.fire(window.site(sampleSites.main))), []);
    assert.deepEqual(await askedBy(change), []);
    commits.add(deployed);
    fetchedAt = 1;
    await askedBy(change);
    assert.equal(drift(), 'behind');
  });

  it('is compared with a deployment that ends before Git has answered for the first time', async () => {
    let answer = () => {};
    beforeAnswer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    assert.deepEqual(await askedBy(() => undefined), [deployed]);
    assert.equal(drift(), undefined);
    sites = [site(sampleSites.main, newer)];
    window.fleet.setDeployment(window.site(sampleSites.main).key, {
      ...(window.site(sampleSites.main).site.latestDeployment ?? assert.fail()),
      id: '1000000',
      createdAt: block.world.time.now(),
    });
    await askedBy(answer);
    assert.equal(drift(), 'upToDate');
  });

  it('is asked itself for what its files do not say', async () => {
    remoteCommit = new Error('Refs are stored in a table.');
    assert.deepEqual(await askedBy(link), ['refs/remotes/origin/main', deployed]);
  });

  it('tells of a push from this clone, and not of what a fetch brings', async () => {
    const pushes: BranchPush[] = [];
    codes.onDidPush((push) => pushes.push(push));
    remoteCommit = deployed;
    await askedBy(link);
    assert.equal(drift(), 'upToDate');
    remoteCommit = newer;
    await askedBy(change);
    assert.equal(pushes.length, 0);
    assert.equal(drift(), 'behind');
    wasPushed = true;
    remoteCommit = 'c'.repeat(40);
    await askedBy(change);
    assert.deepEqual(
      pushes.map(({ site: { site }, commit }) => [site.name, commit]),
      [sampleSites.main, sampleSites.develop].map((name) => [name, 'c'.repeat(40)]),
    );
  });
});
