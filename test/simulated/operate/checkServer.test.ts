import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkServer, siteForCheck, usualRequests } from '../../../src/operate/checkServer';
import { checkCommand, checkParts, headingOf } from '../../../src/operate/serverCheckCommand';
import { type ServerFinding, serverFindings, severities } from '../../../src/operate/serverFindings';
import { anyText } from '../../anyText';
import fc from '../../fastCheck';
import { sampleSites } from '../../sampleWorkspace';
import { worldOfBlock } from '../forgeWorld';

const mark = 'a1b2c3';
const now = Date.parse('2026-11-29T12:00:00Z');

/** The programs that the command needs at least, as on the smallest systems. */
const always = ['sh', 'echo', 'date', 'head', 'sort', 'uniq', 'grep', 'readlink'];

describe('The command that checks a server', () => {
  let folder: string;
  /** Where an `apt` is found before this machine's own, which takes seconds. */
  let quick: string;

  before(() => {
    quick = mkdtempSync(join(tmpdir(), 'forge-check-'));
    writeFileSync(join(quick, 'apt'), '#!/bin/sh\necho Listing...\n', { mode: 0o755 });
  });

  after(() => rmSync(quick, { recursive: true, force: true }));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-check-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const pathOfMachine = () => `${quick}:${process.env.PATH}`;

  /** What it prints in a real shell. @param path where programs are looked for */
  const run = (path = pathOfMachine(), shell = ['sh', '-c']) =>
    execFileSync(shell[0] ?? 'sh', [...shell.slice(1), checkCommand(mark)], {
      encoding: 'utf8',
      env: { PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  /** Programs that print so, and the usual ones, as the only ones on the path. */
  const programs = (scripts: Readonly<Record<string, string>>) => {
    for (const name of always) {
      symlinkSync(
        execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim() || name,
        join(folder, name),
      );
    }
    for (const [name, script] of Object.entries(scripts)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    return folder;
  };

  it('is one line that names every part, ends well and writes no errors', () => {
    assert.doesNotMatch(checkCommand(mark), /[\n\r]/);
    assert.doesNotMatch(checkCommand(mark), /\bsudo\b/);
    const output = run();
    for (const part of checkParts) {
      assert.ok(output.includes(`${headingOf(mark, part)}\n`), part);
    }
  });

  it('goes on to its end where the shell stops at each error', () => {
    assert.match(run(undefined, ['bash', '-e', '-o', 'pipefail', '-c']), new RegExp(`${headingOf(mark, 'end')}\n$`));
  });

  it('says that it does not know where the tools are missing', () => {
    const output = run(programs({}));
    const found = serverFindings(output, mark, now);
    const unknown = found.filter(({ severity }) => severity === 'unknown').map(({ what }) => what);
    for (const what of ['php', 'packages', 'disk', 'supervisor'] as const) {
      assert.ok(unknown.includes(what), `${what}\n${output}`);
    }
  });

  it('is understood with what the tools of Ubuntu print', () => {
    const output = run(
      programs({
        'dpkg-query':
          "echo 'ii  php8.3-cli 8.3.6-0ubuntu0.24.04.2 amd64 interpreter'; echo 'rc  php7.4-cli 7.4.3 amd64 gone'",
        timeout: 'shift; exec "$@"',
        apt: "echo 'WARNING: no stable interface' >&2; echo Listing...; echo 'php8.3-cli/noble-security 8.3.6-0ubuntu0.24.04.5 amd64 [upgradable from: 8.3.6]'; echo 'tzdata/noble-updates 2026b all [upgradable from: 2026a]'",
        stat: 'exit 1',
        df: "echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'; echo '/dev/vda1 100 85 15 85% /'",
        supervisorctl: "echo 'worker:worker_00   FATAL     Exited too quickly'",
      }),
    );
    const texts = serverFindings(output, mark, now).map(({ severity, text }) => `${severity}: ${text}`);
    for (const wanted of [
      /^fine: PHP 8\.3 is installed: 8\.3\.6-0ubuntu0\.24\.04\.2\.$/,
      /^warning: PHP packages have updates: php8\.3-cli 8\.3\.6-0ubuntu0\.24\.04\.5\./,
      /^problem: Pending security updates \(1\): php8\.3-cli\./,
      /^fine: Other pending updates: 1\.$/,
      /^warning: \/ is 85% full/,
      /^problem: The Supervisor program worker:worker_00 is FATAL: Exited too quickly\./,
    ]) {
      assert.ok(
        texts.some((text) => wanted.test(text)),
        `${wanted}\n${texts.join('\n')}\n${output}`,
      );
    }
    assert.ok(!texts.some((text) => text.includes('7.4')));
  });

  it('sees a PHP process whose program was replaced', async () => {
    const program = join(folder, 'php8.3');
    copyFileSync(execFileSync('sh', ['-c', 'command -v sleep'], { encoding: 'utf8' }).trim(), program);
    const child = spawn(program, ['60'], { stdio: 'ignore' });
    try {
      await new Promise((resolve) => child.once('spawn', resolve));
      const path = programs({});
      const found = (severity: ServerFinding['severity']) =>
        serverFindings(run(path), mark, now).find((one) => one.what === 'processes' && one.severity === severity);
      assert.ok(found('fine'));
      assert.equal(found('warning'), undefined);
      unlinkSync(program);
      const { text, action } = found('warning') ?? {};
      assert.equal(action, 'restartProcesses');
      assert.ok(text?.includes(`${child.pid} (${program})`), text);
    } finally {
      child.kill();
    }
  });

  it('changes nothing in the folder where it runs', () => {
    execFileSync('sh', ['-c', checkCommand(mark)], { cwd: folder, stdio: 'ignore', env: { PATH: pathOfMachine() } });
    assert.deepEqual(readdirSync(folder), []);
  });
});

describe('The answer of a server check', () => {
  const answer = (parts: Readonly<Record<string, string>>) =>
    checkParts.map((part) => `${headingOf(mark, part)}\n${parts[part] ?? ''}${parts[part] ? '\n' : ''}`).join('');
  const found = (parts: Readonly<Record<string, string>>, what: ServerFinding['what']) =>
    serverFindings(answer(parts), mark, now).filter((finding) => finding.what === what);

  it('is all unknown where there is none, or one of another check', () => {
    for (const output of ['', 'sh: 1: Syntax error', answer({}).replaceAll(mark, 'other')]) {
      const severities = serverFindings(output, mark, now).map(({ severity }) => severity);
      assert.deepEqual([...new Set(severities)], ['unknown']);
      assert.equal(severities.length, 6);
    }
  });

  it('that is cut off tells what came in full, and takes no half of a part for all is well', () => {
    const whole = answer({ disk: '/dev/vda1 100 50 50 50% /', reboot: 'no', supervisor: 'a RUNNING pid 1\nb FATAL x' });
    const cut = whole.slice(0, whole.indexOf('b FATAL') + 4);
    const all = serverFindings(cut, mark, now);
    assert.equal(all.find(({ what }) => what === 'disk')?.severity, 'fine');
    assert.equal(all.find(({ what }) => what === 'reboot')?.severity, 'fine');
    assert.equal(all.find(({ what }) => what === 'supervisor')?.severity, 'unknown');
    assert.equal(all.find(({ what }) => what === 'processes')?.severity, 'unknown');
  });

  it('of 32 MB is read as far as is sensible, quickly', () => {
    const started = performance.now();
    const findings = serverFindings(`${answer({ reboot: 'yes' })}${'x'.repeat(32_000_000)}`, mark, now);
    assert.equal(findings.find(({ what }) => what === 'reboot')?.severity, 'warning');
    assert.ok(performance.now() - started < 2_000);
  });

  it('with control characters stays on one line for each finding, without any', () => {
    const [finding] = found(
      { supervisor: 'evil\u001b[31m\u202e:x FATAL \u0007boom\u2028[a](command:x)' },
      'supervisor',
    );
    assert.ok(finding);
    assert.doesNotMatch(finding.text, /[\u0000-\u001f\u007f-\u009f\u202e\u2028]/);
  });

  it('cannot pass for the heading of another part', () => {
    const supervisor = `x FATAL no\n== forged reboot\nyes`;
    assert.equal(found({ supervisor, reboot: 'no' }, 'reboot')[0]?.severity, 'fine');
  });

  it('names what PHP no longer supports with the day, and does not call it vulnerable', () => {
    const php = found({ php: 'ii  php8.1-cli 8.1.2-1ubuntu2.20 amd64 x\nii  php8.4-fpm 8.4.1-1 amd64 x' }, 'php');
    assert.deepEqual(
      php.map(({ severity }) => severity),
      ['warning', 'fine'],
    );
    assert.match(php[0]?.text ?? '', /8\.1\.2-1ubuntu2\.20.*ended its security support on 2025-12-31.*may still patch/);
    assert.doesNotMatch(JSON.stringify(php), /vulnerable/i);
  });

  it('takes the version of PHP itself where there are no packages', () => {
    assert.match(
      found({ php: 'PHP 8.4.3 (cli) (built: Jan 1 2026)' }, 'php')[0]?.text ?? '',
      /^PHP 8\.4 is installed: 8\.4\.3\./,
    );
  });

  it('says how old lists of packages are, so that none pending means something', () => {
    const packages = `now ${now / 1000}\nlists ${now / 1000 - 12 * 86_400}\nListing...`;
    assert.deepEqual(
      found({ packages }, 'packages').map(({ severity, action }) => [severity, action]),
      [
        ['warning', 'openSsh'],
        ['fine', null],
      ],
    );
    assert.match(found({ packages }, 'packages')[0]?.text ?? '', /12 days old/);
  });

  it('leaves out disks that are always full or none', () => {
    const disk = [
      'Filesystem 1024-blocks Used Available Capacity Mounted on',
      'tmpfs 10 10 0 100% /run',
      '/dev/loop3 10 10 0 100% /snap/core/1',
      '/dev/sda1 104857600 99614720 5242880 95% /',
      '/dev/sdb1 100 20 80 20% /mnt/with a space',
    ].join('\n');
    assert.deepEqual(
      found({ disk }, 'disk').map(({ severity, text }) => `${severity}: ${text}`),
      [
        'problem: / is 95% full, 5.0 GB free. Find out in a terminal what takes up the space.',
        'fine: /mnt/with a space is 20% full, 0.0 GB free.',
      ],
    );
  });

  it('says what needs root, and how to look', () => {
    const supervisor = "error: <class 'PermissionError'>, [Errno 13] Permission denied: file: /usr/lib/python3";
    const [finding] = found({ supervisor }, 'supervisor');
    assert.equal(finding?.severity, 'unknown');
    assert.match(finding?.text ?? '', /without root.*sudo supervisorctl status/);
    assert.match(
      found({ processes: '      6 hidden' }, 'processes')[0]?.text ?? '',
      /^6 PHP processes can't be read without root\.$/,
    );
  });

  it('is read whatever it holds', () => {
    const lines = fc.array(
      fc.oneof(anyText(), fc.constantFrom('yes', 'no', 'Listing...', 'a FATAL b', '      1 old /proc/1 /x')),
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...checkParts),
          lines.map((all) => all.join('\n')),
        ),
        (parts) => {
          for (const { severity, text } of serverFindings(answer(parts), mark, now)) {
            assert.ok(severities.includes(severity));
            assert.doesNotMatch(text, /\n/);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('Checking a server', () => {
  const block = worldOfBlock();
  const site = () => block.window.site(sampleSites.main);
  const check = (with_ = mark) => block.world.time.during(checkServer(site(), with_, block.window.fleet.clock));
  const requests = async () =>
    (await block.world.control.requests()).map(({ method, path }) => `${method} ${path.replace(/\d{4,}/g, 'N')}`);

  afterEach(async () => {
    await block.world.control.clearFaults();
    await block.world.control.releaseChanges();
  });

  it('runs one command and takes no more requests than it says', async () => {
    const { findings, site: through } = await check();
    assert.equal(through.key, site().key);
    const sent = await requests();
    assert.equal(sent.filter((one) => one.startsWith('POST')).length, 1);
    assert.ok(sent.length <= usualRequests, sent.join('\n'));
    const wanted = ['supervisor problem', 'disk problem', 'reboot warning', 'processes warning', 'php fine'];
    const all = findings.map(({ what, severity }) => `${what} ${severity}`);
    assert.ok(
      wanted.every((one) => all.includes(one)),
      all.join('\n'),
    );
    assert.deepEqual(
      findings.map(({ severity }) => severities.indexOf(severity)),
      findings.map(({ severity }) => severities.indexOf(severity)).toSorted((a, b) => a - b),
    );
  });

  it('takes no more requests where the run is listed late', async () => {
    await block.world.control.nextChange({ path: '/commands$', appears: 8 });
    await check();
    assert.ok((await requests()).length <= usualRequests);
  });

  it('reads an output again that Forge does not find yet', async () => {
    await block.world.control.fault({ path: '/output$', status: 404, body: '{}', times: 1 });
    assert.ok((await check()).findings.length > 6);
  });

  it('never takes the run of another check for its own', async () => {
    await check('other1');
    await block.world.control.nextChange({ path: '/commands$', hold: true, appears: 3_600 });
    await assert.rejects(check('mine22'), /doesn't list it/);
  });

  it('says so where the command printed no answer', async () => {
    await block.world.control.nextChange({ path: '/commands$', end: 'failed', output: 'sh: not found' });
    await assert.rejects(check(), /printed no answer/);
  });

  it('ends when it is stopped', async () => {
    await block.world.control.nextChange({ path: '/commands$', hold: true });
    const stop = new AbortController();
    const checking = checkServer(site(), mark, block.window.fleet.clock, stop.signal);
    const ended = assert.rejects(checking, { name: 'AbortError' });
    await block.world.time.pass(20_000);
    stop.abort();
    await block.world.time.during(ended);
  });

  it('needs a site, preferably one of the usual user', async () => {
    const { fleet } = block.window;
    const [empty] = fleet.allServers().filter((entry) => fleet.sites(entry, entry.server).length === 0);
    assert.ok(empty);
    assert.throws(() => siteForCheck(fleet, empty), { message: /runs as a command of a site, and .* has none/ });
    const server = fleet.allServers().find(({ server: { name } }) => name === 'acme-web-1');
    assert.ok(server);
    const { user } = siteForCheck(fleet, server).site;
    assert.ok(user === null || user === 'forge');
  });
});
