import assert from 'node:assert/strict';
import { durationMs, isEnd, isRunning, phaseOf } from '../../../src/forge/deploymentStatus';
import type { Deployment } from '../../../src/forge/resources';

describe('The status of a deployment', () => {
  const of = (status: string | null, endedAt: number | null = null) => ({ status, endedAt });

  it('has a meaning, however it is capitalised', () => {
    const meaning = ['queued', 'Pending', 'DEPLOYING', 'finished', 'failed', 'Failed-Build', 'cancelled'].map(
      (status) => phaseOf(of(status)),
    );
    assert.deepEqual(meaning, ['waiting', 'waiting', 'running', 'succeeded', 'failed', 'failed', 'cancelled']);
  });

  it('is unknown where Forge says something new, even a word that every object knows', () => {
    for (const status of [null, '', 'rolled-back', 'constructor', '__proto__', 'toString']) {
      assert.equal(phaseOf(of(status)), 'unknown');
      assert.equal(isRunning(of(status)), false);
    }
  });

  it('is an end for every end, and for an unknown status once Forge says when', () => {
    for (const status of ['finished', 'failed', 'failed-build', 'cancelled']) {
      assert.deepEqual([isEnd(of(status)), isRunning(of(status))], [true, false]);
    }
    for (const status of ['queued', 'pending', 'deploying']) {
      assert.deepEqual([isEnd(of(status, 1)), isRunning(of(status, 1))], [false, true]);
    }
    assert.deepEqual([isEnd(of('new')), isEnd(of('new', 1))], [false, true]);
  });

  it('goes with a duration from start to end, else creation to now', () => {
    const times = (createdAt: number | null, startedAt: number | null, endedAt: number | null) =>
      durationMs({ createdAt, startedAt, endedAt } as Deployment, 100);
    assert.deepEqual(
      [times(10, 20, 50), times(10, null, null), times(null, 20, null), times(null, null, 50), times(200, null, null)],
      [30, 90, 80, null, 0],
    );
  });
});
