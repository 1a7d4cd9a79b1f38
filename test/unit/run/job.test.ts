import assert from 'node:assert/strict';
import { exactly } from '../../run/exactly';
import { jobsOf } from '../../run/job';
import { pack } from '../../run/pack';
import { suites } from '../../run/suites';

describe('The jobs of a run', () => {
  it('are groups of about the same weight', () => {
    const groups = pack([1, 2, 9, 3, 4, 5], (weight) => weight, 2);
    assert.deepEqual(groups, [
      [9, 3],
      [5, 4, 2, 1],
    ]);
    assert.deepEqual(
      pack(['only'], () => 1, 3),
      [['only']],
    );
  });

  it('hold each module of a suite once, in several windows where it takes long', () => {
    const modules = Array.from({ length: 20 }, (_, index) => `module${index}`);
    const jobs = jobsOf('integration-newest', suites['integration-newest'] ?? assert.fail(), modules);
    assert.ok(jobs.length > 2 && jobs.length < 10, String(jobs.length));
    assert.deepEqual(jobs.flatMap((job) => job.modules).sort(), modules.toSorted());
    assert.equal(new Set(jobs.map(({ name }) => name)).size, jobs.length);
  });

  it('are the modules of the end-to-end suite', () => {
    const jobs = jobsOf('e2e', suites.e2e ?? assert.fail(), ['files', 'logs']);
    assert.deepEqual(
      jobs.map(({ name, modules }) => [name, ...modules]),
      [
        ['e2e-files', 'files'],
        ['e2e-logs', 'logs'],
      ],
    );
  });

  it('are none of a suite that has no module left, and one of a check', () => {
    assert.deepEqual(jobsOf('unit', suites.unit ?? assert.fail(), []), []);
    assert.equal(jobsOf('check', suites.check ?? assert.fail(), []).length, 1);
  });
});

describe('The pattern of a test', () => {
  it('matches its whole title and no other', () => {
    const title = 'Costs $5 (or less) [a/b] – what? “x|y” 1.5+2 ^ {3} \\ a-b';
    assert.match(title, exactly(title));
    assert.doesNotMatch(`${title} too`, exactly(title));
    assert.doesNotMatch('Costs 15', exactly('Costs .5'));
  });
});
