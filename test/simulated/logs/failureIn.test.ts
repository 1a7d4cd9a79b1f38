import assert from 'node:assert/strict';
import { failureIn, inOneSentence, stepsOf } from '../../../src/logs/failureIn';
import { ansiText } from '../../../src/ui/ansiText';
import { type FailingLogName, failingLogs, printedLog } from '../../failingLogs';
import fc from '../../fastCheck';
import { SimulatedForge } from '../forge/simulatedForge';

const root = '/home/forge/shop.example.com/releases/104';

const told = async (output: string) => {
  const failure = await failureIn(ansiText(output).text);
  return {
    step: failure?.step.title,
    reason: failure?.reason && inOneSentence(failure.reason.message),
    count: failure?.problems.length,
    places: failure?.problems.flatMap(({ path, lineNumber }) =>
      path === undefined ? [] : [lineNumber === undefined ? [path] : [path, lineNumber]],
    ),
  };
};

describe('Why a deployment failed', () => {
  for (const name of Object.keys(failingLogs) as FailingLogName[]) {
    it(`is told of ${name}: the step, the reason before the advice, and the files`, async () => {
      const { step, reason, places } = failingLogs[name];
      assert.deepEqual(await told(printedLog(name, root)), {
        step,
        reason: inOneSentence(reason.replaceAll('{root}', root)),
        count:
          name === 'the script’s own last words, after an error that was no matter' ? 2 : Math.max(1, places.length),
        places,
      });
    });
  }

  it('is told of each tool that a script runs without saying so', async () => {
    for (const name of Object.keys(failingLogs) as FailingLogName[]) {
      const { text, reason } = failingLogs[name];
      const bare = printedLog(name, root).replace(/^[$+] .*\n/gm, '');
      // Where several commands complain, only the step tells which one has ended the deployment.
      if ([...text.matchAll(/^[$+] /gm)].length === 1) {
        assert.equal((await told(bare)).reason, inOneSentence(reason.replaceAll('{root}', root)), name);
      }
    }
  });

  it('is told of what the simulator deploys', async () => {
    assert.deepEqual(await told(await simulatedLog('failed')), {
      step: 'php artisan migrate --force',
      reason: "SQLSTATE[42S22]: Column not found: 1054 Unknown column 'customer_id' in 'orders'",
      count: 1,
      places: [['app/Models/Order.php', 42]],
    });
    assert.deepEqual(await told(await simulatedLog('failed-build')), {
      step: 'npm ci && npm run build',
      reason: '[vite]: Rollup failed to resolve import "./components/Cart.vue" from "resources/js/app.js".',
      count: 1,
      places: [['resources/js/app.js', 7]],
    });
  });

  it('is the step’s own last words where nothing is known of them, without stack, rules, code and praise', async () => {
    for (const [text, reason] of [
      ['$ ./x.sh\nNo license for this server\n', 'No license for this server'],
      ['$ ./x.sh\nNo license\n    at check (license.lua)\n#0 main\n-------\n  ^^^\n', 'No license'],
      ['No license\n', 'No license'],
      ['⏳ Creating release 7\nNo license\n🧹 Removing failed release 7\n', 'No license'],
      ['$ ./x.sh\nNo license\n🧹 Removing failed release 7\n✅ Deployment complete.\n', 'No license'],
      ['$ npm run build\nnpm error code 1\n', 'code 1'],
      ['$ npm run build\nELIFECYCLE  Command failed with exit code 7.\n', 'Command failed with exit code 7.'],
      ['$ test -f public/manifest.json\n', undefined],
    ] as const) {
      assert.equal((await told(text)).reason, reason, text);
    }
    assert.equal((await told('$ a\nfine\n$ test -f public/manifest.json\n')).step, 'test -f public/manifest.json');
    assert.equal(await failureIn(' \n\n'), undefined);
  });

  it('is among the problems, always: what has no place stands in the log', async () => {
    const line = fc.oneof(
      fc.constantFrom('', '$ x', '+ y', '⏳ Creating', '❌ Deployment failed', '✅ Deployment complete', 'npm error x'),
      fc.constantFrom('fatal: no', '  Problem 1', 'words', '    at x', 'error Command failed with exit code 1.'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (parts) => {
        const text = parts.join('\n').replace(/\r/g, '');
        const failure = await failureIn(text);
        assert.equal(failure === undefined, text.trim() === '');
        const reason = failure?.reason;
        if (reason) {
          assert.ok(failure.problems.includes(reason));
          assert.ok(reason.line >= failure.step.firstLine && reason.line <= failure.step.lastLine);
          assert.ok(reason.message !== '' && inOneSentence(reason.message).length <= 160);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('fits into a sentence: without the query, without what to do next', () => {
    for (const [message, sentence] of [
      [`SQLSTATE[HY000]: no (Connection: mysql, SQL: insert into x ${'y '.repeat(900)})`, 'SQLSTATE[HY000]: no'],
      ['Cannot install. Run it again.', 'Cannot install. Run it again.'],
      ['The lock file is not up to date. Run it again.', 'The lock file is not up to date.'],
      ['App\\Search\\IndexException: Locked: orders', 'Locked: orders'],
      ["Error [ERR_MODULE_NOT_FOUND]: Cannot find 'x'", "Cannot find 'x'"],
      ['TS2304: Cannot find name', 'TS2304: Cannot find name'],
      ['vite 6.3.5 needs node 20.19 or newer', 'vite 6.3.5 needs node 20.19 or newer'],
      ['word '.repeat(100), `${'word '.repeat(100).slice(0, 159).trimEnd()}…`],
    ] as const) {
      assert.equal(inOneSentence(message), sentence);
    }
  });
});

describe('The step that failed', () => {
  const failed = async (text: string) => (await stepsOf(text)).failed?.title;

  it('is the last one, where it complains', async () => {
    for (const name of Object.keys(failingLogs) as FailingLogName[]) {
      const title = await failed(ansiText(printedLog(name, root)).text);
      assert.ok(title === failingLogs[name].step || /own last words/.test(name), `${name}: ${title}`);
    }
    assert.equal(await failed('$ npm run build\nnpm error code 1\n🧹 Removing failed release 7\n'), 'npm run build');
  });

  it('is none where it is not known that the deployment failed, or all went well after all', async () => {
    for (const text of [
      await simulatedLog('finished'),
      await simulatedLog('cancelled'),
      '$ php artisan down\nError: not needed\n$ php artisan up\nup\n',
      '$ php artisan x\nError: not needed\n✅ Deployment complete.\n',
      '$ ./x.sh\nNo license\n',
    ]) {
      assert.equal(await failed(text), undefined, text.slice(-60));
    }
  });
});

/** The log of a deployment that ended so, as it is printed. */
async function simulatedLog(end: 'finished' | 'failed' | 'failed-build' | 'cancelled'): Promise<string> {
  const forge = await SimulatedForge.start({ servers: 1, sites: 1 });
  try {
    const path = await forge.sitePath('shop.example.com');
    await forge.control.nextDeployment({ site: 'shop.example.com', end, seconds: 1 });
    const { id } = await forge.client().call('deploy', path);
    await forge.control.switch({ advance: 60 });
    return ansiText((await forge.client().call('showDeploymentLog', { ...path, deployment: id })).text).text;
  } finally {
    await forge.close();
  }
}
