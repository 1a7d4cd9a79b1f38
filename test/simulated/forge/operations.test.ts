import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSafeToRepeat, type Operation, pathOf, treeScopes } from '../../../src/forge/operations';
import type { PathParameters } from '../../../src/forge/operationTable';
import { operations } from '../../../src/forge/operationTable';
import { usedOperations, usedScopes } from '../../../src/forge/usedScopes';
import { anyPath, anyText } from '../../anyText';
import fc from '../../fastCheck';
import { projectRoot } from '../../paths';
import { committedDescription, placeOf } from '../../simulator/description';
import { failure } from './simulatedForge';

describe('The table of operations', () => {
  const table = Object.entries<Operation>(operations);

  it('has each operation once', () => {
    assert.equal(new Set(table.map(([, { method, path }]) => `${method} ${path}`)).size, table.length);
  });

  it('says by the name whether an operation changes something', () => {
    for (const [name, { method }] of table) {
      assert.equal(/^(list|show|export|me$)/.test(name), method === 'GET', name);
    }
  });

  it('lets what changes something go first, and never twice', () => {
    for (const [name, operation] of table.filter(([, { method }]) => method !== 'GET')) {
      assert.deepEqual([operation.lane, isSafeToRepeat(operation)], ['user', false], name);
    }
    assert.ok(isSafeToRepeat(operations.listSites));
  });

  it('knows that site commands, and they alone, are counted by a limiter of their own', () => {
    const limited = table.filter(([, { limiter }]) => limiter !== undefined);
    assert.deepEqual(limited, [['runCommand', operations.runCommand]]);
    assert.equal(operations.runCommand.limiter, 'siteCommands');
  });

  it('is used by the extension as far as is said, and no further, so that a token can have the scopes for it', () => {
    const folder = join(projectRoot, 'src');
    const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(
        // Commands may have the name of an operation, and call nothing by having it.
        (file) =>
          file.endsWith('.ts') &&
          !/operationTable\.ts$|usedScopes\.ts$|manifest\.ts$|resources\/\w+Kinds\.ts$/.test(file),
      )
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
    const used = table.map(([name]) => name).filter((name) => code.includes(`'${name}'`));
    assert.deepEqual([...usedOperations].sort(), used.sort());
    assert.ok(treeScopes.every((scope, index) => usedScopes[index] === scope));
    assert.equal(new Set(usedScopes).size, usedScopes.length);
  });

  it('reads every log and output in one way, which knows that the server may not have written it', () => {
    const cat = 'cat: /home/forge/.forge/provision-1.output: No such file or directory';
    const outputs = table.filter(([name, { method }]) => method === 'GET' && /(Log|Output)$/.test(name));
    for (const kind of [
      'showCommandOutput',
      'showServerEventOutput',
      'showDeploymentLog',
      'showSiteScheduledJobOutput',
    ]) {
      assert.ok(outputs.some(([name]) => name === kind));
    }
    for (const [name, operation] of outputs) {
      for (const attribute of ['output', 'content']) {
        const read = (text: string) => operation.answer?.({ data: { id: '1', attributes: { [attribute]: text } } });
        assert.deepEqual(read(cat), { text: '', isWritten: false }, name);
        assert.deepEqual(read(`one\r\n${cat}\n`), { text: 'one\r\n', isWritten: false }, name);
        assert.deepEqual(read(`${cat}\none\n`), { text: `${cat}\none\n`, isWritten: true }, name);
      }
      assert.deepEqual(operation.answer?.({ data: { id: '1', attributes: {} } }), { text: '', isWritten: true }, name);
    }
  });

  it('asks for the parameters of the path, all and no others', () => {
    const parameters: PathParameters<'showServerLog'> = { organization: 'acme', server: '1', key: 'php-8.4' };
    assert.equal(pathOf(operations.showServerLog, parameters), '/orgs/acme/servers/1/logs/php-8.4');
    // @ts-expect-error The key is missing.
    const tooFew: PathParameters<'showServerLog'> = { organization: 'acme', server: '1' };
    // @ts-expect-error A list of servers knows no server.
    const tooMany: PathParameters<'listServers'> = { organization: 'acme', server: '1' };
    assert.ok(tooFew && tooMany);
  });
});

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
      fc.property(anyText(), anyPath, (one, other) => {
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

  it('asks for a page where the description has pages, and only there', () => {
    const description = committedDescription();
    for (const [name, operation] of Object.entries(operations as Readonly<Record<string, Operation>>)) {
      const place = placeOf(description, `${operation.method} ${operation.path}`);
      if (operation.rows && place) {
        const isPaged = place.operation.parameters?.some((parameter) => parameter.name === 'page[size]') === true;
        assert.equal(operation.isWhole !== true, isPaged, name);
      }
    }
  });
});
