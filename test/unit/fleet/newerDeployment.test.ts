import assert from 'node:assert/strict';
import { newerDeployment } from '../../../src/fleet/newerDeployment';
import { isEnd } from '../../../src/forge/deploymentStatus';
import type { Deployment } from '../../../src/forge/resources';
import fc from '../../fastCheck';

function deployment(id: number, status: string, createdAt: number | null = id * 1000): Deployment {
  const commit = { hash: null, author: null, message: null, branch: null };
  return { id: String(id), status, type: null, commit, createdAt, startedAt: null, endedAt: null };
}

/** What is known of a site after it was told all that, one after the other. */
const afterAll = (told: readonly (Deployment | null)[]) =>
  told.reduce<Deployment | null>((known, next) => newerDeployment(known, next), null);

describe('The newer of two deployments', () => {
  it('is the one that there is', () => {
    const one = deployment(1, 'queued');
    assert.deepEqual(
      [newerDeployment(null, one), newerDeployment(one, null), newerDeployment(null, null)],
      [one, one, null],
    );
  });

  it('is what was told last of the same one, unless it had ended', () => {
    const states = ['queued', 'pending', 'deploying', 'finished'].map((status) => deployment(1, status));
    assert.equal(afterAll(states), states[3]);
    assert.equal(afterAll([...states, deployment(1, 'deploying')]), states[3]);
  });

  it('is the one with the higher number where both were made in the same second, or it is not known when', () => {
    for (const time of [5000, null]) {
      const [nine, ten] = [deployment(9, 'deploying', time), deployment(10, 'queued', time)];
      assert.deepEqual([newerDeployment(nine, ten), newerDeployment(ten, nine)], [ten, ten]);
    }
  });

  // Two deployments of a site were made at different times; a second holds several.
  const told = fc.array(
    fc
      .tuple(fc.nat({ max: 6 }), fc.boolean(), fc.constantFrom('finished', 'failed', 'failed-build', 'cancelled'))
      .map(([id, ended, end]) => ({ id, ended, end })),
    { minLength: 1, maxLength: 12 },
  );

  it('does not depend on the order in which answers arrive, and one that has ended never runs again', () => {
    fc.assert(
      fc.property(told, fc.infiniteStream(fc.nat()), (events, random) => {
        const ends = new Map(events.map(({ id, end }) => [id, end]));
        const answers = events.map(({ id, ended }) =>
          deployment(id, ended ? (ends.get(id) ?? '') : 'deploying', Math.floor(id / 2) * 1000),
        );
        const shuffled = answers
          .map((answer) => ({ answer, place: random.next().value ?? 0 }))
          .sort((one, other) => one.place - other.place)
          .map(({ answer }) => answer);
        const known = afterAll(answers);
        assert.deepEqual(afterAll(shuffled), known);
        assert.equal(Number(known?.id), Math.max(...events.map(({ id }) => id)));
        const ended = events.some(({ id, ended: over }) => over && String(id) === known?.id);
        assert.equal(known !== null && isEnd(known), ended);
      }),
    );
  });
});
