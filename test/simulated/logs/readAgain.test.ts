import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { Uri } from 'vscode';
import { accountsOf } from '../../../src/account/session';
import { DeploymentOutputs } from '../../../src/deployments/deploymentOutputs';
import { type Disposable, Emitter } from '../../../src/forge/emitter';
import { LogReader } from '../../../src/logs/logReader';
import { OpenLog } from '../../../src/logs/openLog';
import { readWithFleet } from '../../../src/logs/readAgain';
import { quiet } from '../../quietLog';
import { sampleSites } from '../../sampleWorkspace';
import { worldOfBlock } from '../forgeWorld';

const gone = 'The site or server of this log no longer exists in Forge.';

describe('A log that is open while the fleet changes', () => {
  const block = worldOfBlock();
  const looks = new Emitter<void>();
  const disposables: Disposable[] = [];
  let log: OpenLog;
  let isVisible: boolean;
  /** Its text each time that VS Code had to read it. */
  let texts: string[];

  /** Opens the log of a site. */
  const open = async (key: string) => {
    const { fleet, tracker } = block.window;
    const outputs = new DeploymentOutputs(fleet, tracker);
    const reader = new LogReader(fleet, outputs, quiet, 'en');
    texts = [];
    isVisible = true;
    log = new OpenLog(
      {} as Uri,
      { kind: 'siteLog', key, id: 'application' },
      {
        read: (open) => reader.read(open),
        isVisible: () => isVisible,
        onDraw: ({ text }, isNewText) => isNewText && texts.push(text),
      },
    );
    disposables.push(outputs, reader, readWithFleet({ all: () => [log] }, fleet, looks.event));
    await log.read();
  };
  const refreshed = async () => {
    const { world, window } = block;
    await world.time.during(window.fleet.refresh('user'));
    await turn();
  };
  const unknownSite = () => block.window.site(sampleSites.main).key.replace(/\d+$/, '999');
  const look = async () => {
    looks.fire();
    await turn();
  };
  const signOut = async () => {
    const { accounts } = block.window;
    accountsOf(accounts.session).forEach((account) => {
      accounts.signOut(account);
    });
    await turn();
  };

  afterEach(() => {
    for (const disposable of disposables.splice(0)) {
      disposable.dispose();
    }
  });

  it('says that its site is gone, whatever refresh follows', async () => {
    await open(unknownSite());
    assert.deepEqual(texts, [gone]);
    await refreshed();
    await refreshed();
    assert.deepEqual(texts, [gone]);
  });

  it('changes what it says instead of the log only while it is on screen, or once it is', async () => {
    await open(unknownSite());
    isVisible = false;
    await signOut();
    assert.deepEqual(texts, [gone]);
    isVisible = true;
    await look();
    assert.deepEqual(texts, [gone, 'Sign in to Laravel Forge to read this log.']);
    await look();
    assert.equal(texts.length, 2);
  });

  it('keeps nothing of an account that is signed out, on screen or not', async () => {
    await open(block.window.site(sampleSites.main).key);
    assert.match(texts.join(), /production\.\w+/);
    isVisible = false;
    await signOut();
    assert.equal(log.text, 'Sign in to Laravel Forge to read this log.');
  });
});
