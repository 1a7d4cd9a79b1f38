import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exceptionGroups, isAtLeast, logEntries } from '../../../src/logs/laravelLog';

const exception = (time: string, release: number, user: number, line = 58) => [
  `[${time}] production.ERROR: Call to a member function total() on null {"userId":${user},"exception":"[object] (Error(code: 0): Call to a member function total() on null at /home/forge/shop.example.com/releases/${release}/vendor/x/Y.php:7)`,
  '[stacktrace]',
  `#0 /home/forge/shop.example.com/releases/${release}/vendor/laravel/framework/src/X.php(54): x()`,
  `#1 /home/forge/shop.example.com/releases/${release}/app/Http/Controllers/CheckoutController.php(${line}): y()`,
  '#2 {main}',
  '"} ',
];

describe('Laravel’s log', () => {
  it('is read as entries with time, level and message, each with its lines', () => {
    const lines = [
      '#7 the end of an entry that was cut off',
      '[2026-11-24 10:00:00] production.INFO: Order 12 placed {"total":4200} ',
      ...exception('2026-11-24 10:00:01', 104, 7),
      '[2026-11-24T10:00:02.123456+00:00] local.WARNING: Slow []',
      'second line',
      '',
      '[2026-11-24 10:00:03] production.ODD: x',
      '[2026] not an entry',
      '',
    ];
    assert.deepEqual(
      logEntries(lines).map(({ firstLine, lastLine, time, level, levelName, message }) => [
        `${firstLine}–${lastLine}`,
        time,
        level,
        levelName,
        message,
      ]),
      [
        ['1–1', '2026-11-24 10:00:00', 'info', 'INFO', 'Order 12 placed'],
        ['2–7', '2026-11-24 10:00:01', 'error', 'ERROR', 'Call to a member function total() on null'],
        ['8–9', '2026-11-24T10:00:02.123456+00:00', 'warning', 'WARNING', 'Slow'],
        ['11–12', '2026-11-24 10:00:03', null, 'ODD', 'x'],
      ],
    );
  });

  it('has nothing below a level, but for what is of none that is known', () => {
    assert.ok(isAtLeast({ level: 'error' }, 'warning'));
    assert.ok(isAtLeast({ level: 'error' }, 'error'));
    assert.ok(!isAtLeast({ level: 'info' }, 'warning'));
    assert.ok(isAtLeast({ level: null }, 'emergency'));
  });

  it('groups equal exceptions by what and where, whichever release and user, with the last of each', () => {
    const lines = [
      ...exception('2026-11-24 10:00:01', 104, 7),
      ...exception('2026-11-24 10:00:02', 104, 7, 90),
      '[2026-11-24 10:00:03] production.INFO: fine',
      '[2026-11-24 10:00:04] production.ERROR: Payment 12 failed for "Ana"',
      '[2026-11-24 10:00:05] production.CRITICAL: Payment 13 failed for "Jo"',
      ...exception('2026-11-24 10:00:06', 105, 8),
    ];
    assert.deepEqual(
      exceptionGroups(lines, logEntries(lines)).map(({ name, place, count, message, last }) => [
        name,
        place,
        count,
        message,
        last.time.slice(-2),
      ]),
      [
        [
          'Error',
          'app/Http/Controllers/CheckoutController.php:58',
          2,
          'Call to a member function total() on null',
          '06',
        ],
        [null, null, 2, 'Payment 13 failed for "Jo"', '05'],
        [
          'Error',
          'app/Http/Controllers/CheckoutController.php:90',
          1,
          'Call to a member function total() on null',
          '02',
        ],
      ],
    );
  });

  it('has entries in order and inside the text, whatever it is', () => {
    const line = fc.oneof(
      fc.constantFrom('', '[2026-11-24 10:00:00] a.ERROR: x', '[2026-11-24 10:00:00] a.ERROR:', '#0 a/b.php(1)'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        let last = -1;
        const entries = logEntries(lines);
        for (const { firstLine, lastLine } of entries) {
          assert.ok(firstLine > last && lastLine >= firstLine && lastLine < lines.length);
          last = lastLine;
        }
        const groups = exceptionGroups(lines, entries);
        assert.equal(
          groups.reduce((sum, { count }) => sum + count, 0),
          entries.filter((entry) => entry.level && isAtLeast(entry, 'error')).length,
        );
      }),
    );
  });

  it('is read in little time, 100,000 lines and long ones', () => {
    const lines = Array.from({ length: 16_667 }, (_, index) => exception('2026-11-24 10:00:01', index, index)).flat();
    assert.ok(lines.length >= 100_000);
    const started = performance.now();
    exceptionGroups(lines, logEntries(lines));
    exceptionGroups([`${lines[0]}${'x"} {'.repeat(200_000)}`], logEntries([`${lines[0]}${'x '.repeat(500_000)}`]));
    assert.ok(performance.now() - started < 2_000, `${performance.now() - started} ms`);
  });
});
