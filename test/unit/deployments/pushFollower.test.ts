import assert from 'node:assert/strict';
import { deploymentOf } from '../../../src/deployments/pushFollower';
import type { Deployment } from '../../../src/forge/resources';

describe('The deployment of a commit', () => {
  const deployment = (id: string, hash: string | null, status = 'finished') =>
    ({ id, status, commit: { hash }, endedAt: null }) as unknown as Deployment;
  const none: ReadonlySet<string> = new Set();

  it('is the one that names it', () => {
    const newest = [deployment('12', 'b'), deployment('11', 'c'), deployment('10', 'a')];
    assert.equal(deploymentOf('c', newest, new Set(['10']))?.id, '11');
    assert.equal(deploymentOf('d', newest, new Set(['10'])), undefined);
  });

  it('is none that was there before: the commit may have been deployed before what was taken back', () => {
    const newest = [deployment('11', 'd'), deployment('10', 'c')];
    assert.equal(deploymentOf('c', newest, new Set(['11'])), undefined);
    assert.equal(deploymentOf('c', [deployment('12', 'c', 'deploying'), ...newest], new Set(['11']))?.id, '12');
  });

  it('is one that runs and names none yet, and not one that has ended so', () => {
    assert.equal(deploymentOf('c', [deployment('12', null, 'queued')], none)?.id, '12');
    assert.equal(deploymentOf('c', [deployment('12', null)], none), undefined);
    assert.equal(deploymentOf('c', [deployment('12', null, 'queued')], new Set(['12'])), undefined);
  });
});
