import assert from 'node:assert/strict';
import type { SiteEntry } from '../../../src/fleet/rows';
import { deployHints, fitsPhp, requiredPhp } from '../../../src/operate/deployHints';
import type { SiteCode } from '../../../src/workspace/siteCode';
import { quiet } from '../../quietLog';
import { sampleSites } from '../../sampleWorkspace';
import { TestMemory, worldOfBlock } from '../forgeWorld';

/** A clone in which these files have changed since the deployed commit. */
function clone(files: Readonly<Record<string, readonly [deployed: string | undefined, next: string | undefined]>>) {
  const textOf = async (path: string, at: 'deployed' | 'next') => files[path]?.[at === 'deployed' ? 0 : 1];
  return { textOf } as unknown as SiteCode;
}

describe('What a deployment may lack', () => {
  const block = worldOfBlock();
  let memory: TestMemory;
  let site: SiteEntry;

  const hints = (code: SiteCode | undefined, of = site) =>
    block.world.time.during(
      deployHints(of, code, memory, { lane: 'user', signal: new AbortController().signal }, quiet),
    );
  const requests = async () => (await block.world.control.requests()).map(({ path }) => path.split('/').at(-1));
  const path = (file: string) => `/orgs/acme/servers/${site.server?.id}/sites/${site.site.id}/${file}`;

  beforeEach(async () => {
    memory = new TestMemory();
    site = block.window.site(sampleSites.main);
    await memory.update('forge.checkedScripts', { [site.key]: true });
    await block.world.control.setFile(path('environment'), 'APP_NAME=Shop\nMAIL_HOST=mail\n');
  });

  it('is named by the keys alone that the commits add to .env.example and the site does not have', async () => {
    const code = clone({
      '.env.example': ['APP_NAME=x\n', 'APP_NAME=x\nMAIL_HOST=localhost\nSTRIPE_KEY=canary-example\n# OLD=1\n'],
    });
    memory = new TestMemory();
    const [hint, ...others] = await hints(code);
    assert.match(hint ?? '', /\.env: STRIPE_KEY\.$/);
    assert.doesNotMatch(hint ?? '', /canary|mail/);
    assert.deepEqual(others, []);
    assert.deepEqual(await requests(), ['environment']);
  });

  it('is not asked for where no key is added', async () => {
    for (const texts of [
      [undefined, undefined],
      ['A=1\n', undefined],
      ['A=1\n', 'A=2\n'],
      ['A=1\nB=2\n', 'A=1\n'],
    ] as const) {
      assert.deepEqual(await hints(clone({ '.env.example': texts })), []);
    }
    assert.deepEqual(await requests(), []);
  });

  it('names a few of many keys, and how many more there are', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `NEW_${index}=`).join('\n');
    const [hint] = await hints(clone({ '.env.example': ['', many] }));
    assert.match(hint ?? '', /NEW_0, NEW_1, NEW_2, NEW_3, NEW_4 and 35 more\.$/);
  });

  it('is not mentioned where Forge fails, refuses, or nobody waits anymore', async () => {
    const code = clone({ '.env.example': ['', 'NEW_KEY=\n'] });
    for (const status of [403, 404]) {
      await block.world.control.fault({ path: '/environment$', status });
      assert.deepEqual(await hints(code), []);
    }
    const gone = new AbortController();
    gone.abort();
    assert.deepEqual(
      await block.world.time.during(deployHints(site, code, memory, { lane: 'user', signal: gone.signal }, quiet)),
      [],
    );
  });

  it('is a restart of background processes, pointed out once for a site', async () => {
    memory = new TestMemory();
    await block.world.control.setFile(path('deployments/script'), 'git pull\ncomposer install\n');
    assert.deepEqual(await hints(undefined), []);
    assert.deepEqual(await requests(), ['background-processes']);
    const [hint] = await hints(undefined);
    assert.match(hint ?? '', /doesn't restart/);
    assert.deepEqual(await hints(undefined), []);
    assert.deepEqual(await requests(), ['background-processes', 'script']);
    memory = new TestMemory();
    for (const line of ['php artisan queue:restart', 'php artisan horizon:terminate', '$RESTART_QUEUES()']) {
      memory = new TestMemory();
      await block.world.control.setFile(path('deployments/script'), `git pull\n${line}\n`);
      await hints(undefined);
      assert.deepEqual(await hints(undefined), [], line);
    }
  });

  it('is another PHP version than composer.json requires', async () => {
    const code = (php: unknown) => clone({ 'composer.json': [undefined, JSON.stringify({ require: { php } })] });
    const old = { ...site, site: { ...site.site, phpVersion: '8.1' } };
    assert.deepEqual(await hints(code('^8.2'), old), ['composer.json requires PHP ^8.2; the site runs PHP 8.1.']);
    assert.deepEqual(await hints(code('^8.0'), old), []);
    assert.deepEqual(await hints(code(7), old), []);
    assert.deepEqual(await hints(clone({ 'composer.json': [undefined, '{"require":'] }), old), []);
    assert.deepEqual(await requests(), []);
  });

  it('reads requirements as Composer does', () => {
    const fits: readonly (readonly [string, string, boolean])[] = [
      ['^8.2', '8.2', true],
      ['^8.2', '8.4', true],
      ['^8.2', '8.1', false],
      ['>=8.1', '8.5', true],
      ['>=8.1 <8.3', '8.3', false],
      ['>=8.1,<8.3', '8.2', true],
      ['8.2.*', '8.2', true],
      ['8.2.*', '8.3', false],
      ['~8.2', '8.4', true],
      ['~8.2.5', '8.2', true],
      ['~8.2.5', '8.3', false],
      ['^7.4|^8.0', '8.1', true],
      ['^7.4 || ^8.0', '7.3', false],
      ['^8.2.12', '8.2', true],
      ['8.1 - 8.3', '8.4', false],
      ['^8.2@dev', '8.1', false],
      ['whatever', '8.1', true],
      ['', '8.1', true],
    ];
    for (const [required, version, isFit] of fits) {
      assert.equal(fitsPhp(required, version), isFit, `${required} with ${version}`);
    }
    assert.equal(requiredPhp('{"require":{"php":"^8.2"}}'), '^8.2');
    for (const text of [
      '',
      '[]',
      '{"require":[]}',
      `{"require":{"php":"${'^8.2|'.repeat(100)}"}}`,
      '{"require":{"php":"\u001b[31m"}}',
    ]) {
      assert.equal(requiredPhp(text), undefined, text);
    }
  });
});
