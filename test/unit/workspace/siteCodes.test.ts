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
const remoteRef = 'refs/remotes/origin/main';

describe('What Git says about the linked sites', () => {
  const block = worldOfBlock();
  const stateChanged = new Emitter<void>();
  const linkedChanged = new Emitter<SiteEntry | undefined>();
  const historyChanged = new Emitter<SiteEntry>();
  /** What the clone has, by each name of it. */
  const commits = new Map<string, string>();
  /** What Git was asked since it was last looked. */
  let asked: string[] = [];
  let window: TestWindow;
  let sites: SiteEntry[];
  let wasPushed: boolean;
  let codes: SiteCodes;

  const commitOf = (hash: string): GitCommit => ({ hash, message: `Commit ${hash[0]}` });
  const repository = {
    getCommit: async (ref: string) => {
      asked.push(ref);
      return commitOf(commits.get(ref) ?? assert.fail('fatal: bad object'));
    },
    log: async ({ range }: { readonly range: string }) => {
      asked.push(range);
      return range === `${deployed}..${newer}` ? [commitOf(newer)] : [];
    },
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
    work();
    await block.world.time.pass(1_000);
    return asked;
  };
  const drift = () => codes.drift(window.site(sampleSites.main).key)?.kind;

  beforeEach(async () => {
    ({ window } = block);
    wasPushed = false;
    commits.clear();
    for (const [name, hash] of [
      [remoteRef, deployed],
      [deployed, deployed],
    ] as const) {
      commits.set(name, hash);
    }
    sites = [site(sampleSites.main), site(sampleSites.develop)];
    codes = new SiteCodes(
      { checkouts: [place], onDidChangeState: stateChanged.event, wasPushed: async () => wasPushed },
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

  it('is asked once of a branch that several sites deploy, and not again until Git reports a change', async () => {
    assert.deepEqual(await askedBy(link), [remoteRef]);
    assert.equal(drift(), 'upToDate');
    // Somebody signs out, and in again.
    const [...before] = sites;
    assert.deepEqual(await askedBy(() => [sites.splice(0), link()]), []);
    assert.equal(drift(), undefined);
    assert.deepEqual(await askedBy(() => [sites.push(...before), link()]), []);
    assert.equal(drift(), 'upToDate');
    assert.deepEqual(await askedBy(change), [remoteRef]);
  });

  it('is asked again for a commit that the clone has not, once Git reports a change', async () => {
    commits.set(remoteRef, newer).set(newer, newer);
    commits.delete(deployed);
    assert.deepEqual(await askedBy(link), [remoteRef, deployed]);
    assert.equal(drift(), 'notInClone');
    assert.deepEqual(await askedBy(() => historyChanged.fire(window.site(sampleSites.main))), []);
    commits.set(deployed, deployed);
    await askedBy(change);
    assert.equal(drift(), 'behind');
  });

  it('tells of a push from this clone, and not of what a fetch brings', async () => {
    const pushes: BranchPush[] = [];
    codes.onDidPush((push) => pushes.push(push));
    await askedBy(link);
    commits.set(remoteRef, newer).set(newer, newer);
    await askedBy(change);
    assert.equal(pushes.length, 0);
    assert.equal(drift(), 'behind');
    wasPushed = true;
    commits.set(remoteRef, 'c'.repeat(40));
    await askedBy(change);
    assert.deepEqual(
      pushes.map(({ site: { site }, commit }) => [site.name, commit]),
      [sampleSites.main, sampleSites.develop].map((name) => [name, 'c'.repeat(40)]),
    );
  });
});
