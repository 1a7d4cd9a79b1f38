import assert from 'node:assert/strict';
import fc from 'fast-check';
import { operations, pathOf } from '../../../src/forge/operations';
import { failure } from './simulatedForge';

describe('The path of an operation', () => {
  const log = (parameters: Record<string, string>) => pathOf(operations.showDeploymentLog, parameters);
  const ids = { organization: 'acme', server: '1', site: '2', deployment: '3' };

  it('has its parameters filled in', () => {
    assert.equal(log(ids), '/orgs/acme/servers/1/sites/2/deployments/3/log');
    assert.equal(
      log({ ...ids, organization: 'Acme_1.co-op' }),
      '/orgs/Acme_1.co-op/servers/1/sites/2/deployments/3/log',
    );
  });

  it('takes nothing that leads elsewhere', async () => {
    for (const site of [
      '..',
      '.',
      '',
      '../1',
      '1/2',
      '1?a',
      '1#a',
      '%2e%2e',
      '1\n',
      ' 1',
      '-',
      '\\',
      'é',
      '1;a',
      '@evil',
    ]) {
      const error = await failure(
        Promise.resolve().then(() => log({ ...ids, site })),
        'invalid',
      );
      assert.equal(error.message, `The site in GET ${operations.showDeploymentLog.path} is not an id.`);
    }
    await failure(
      Promise.resolve().then(() => log({ organization: 'acme' })),
      'invalid',
    );
  });

  it('stays on its place in the address whatever the parameters are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.webPath(), (one, other) => {
        for (const organization of [one, other]) {
          try {
            const { pathname, search, host } = new URL(`https://forge.example/api${log({ ...ids, organization })}`);
            assert.equal(pathname, `/api/orgs/${organization}/servers/1/sites/2/deployments/3/log`);
            assert.deepEqual([search, host], ['', 'forge.example']);
          } catch (error) {
            assert.match(String(error), /is not an id/);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
