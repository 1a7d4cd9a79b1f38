import assert from 'node:assert/strict';
import * as laravel from '../../../src/logs/laravelLog';
import { atOnce } from '../../../src/ui/slices';
import fc from '../../fastCheck';

const { isAtLeast } = laravel;
const logEntries = (lines: laravel.TextLines, most?: number) => atOnce(laravel.logEntries(lines, most));
const exceptionGroups = (lines: readonly string[], entries: readonly laravel.LogEntry[]) =>
  atOnce(laravel.exceptionGroups(lines, entries));

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

  it('has entries of channels of any name, and takes no other line for one', () => {
    const heads = [
      ['my.channel.ERROR: x', 'ERROR', 'x'],
      ['payments v2.WARNING: y', 'WARNING', 'y'],
      ['größe.CRITICAL: z', 'CRITICAL', 'z'],
      ['注文.INFO: a.ERROR: b', 'INFO', 'a.ERROR: b'],
      ['a.b c.d-ü.EMERGENCY:', 'EMERGENCY', ''],
      ['ALERT: no channel', 'ALERT', 'no channel'],
      ['.ERROR: empty', 'ERROR', 'empty'],
      ['local.TRACE: of some.ERROR: x', 'TRACE', 'of some.ERROR: x'],
      ['my.own.TRACE: x', 'TRACE', 'x'],
    ] as const;
    const others = [
      'Deployed example.COM: ok',
      'nothing at all',
      'in lower.error: x',
      `${'x'.repeat(200)}.ERROR: x`,
      'at noon: a.ERROR: x',
    ];
    assert.deepEqual(
      logEntries([...heads.map(([words]) => words), ...others].map((words) => `[2026-11-24 10:00:00] ${words}`)).map(
        ({ levelName, message }) => [levelName, message],
      ),
      heads.map(([, level, message]) => [level, message]),
    );
  });

  it('has entries in JSON, as Monolog writes them, also where they are broken or very long', () => {
    const fields = { message: 'Out "of" stock', context: {}, channel: 'production', extra: {} };
    const time = '2026-11-24T10:00:00.123456+00:00';
    const entries: readonly [object, string][] = [
      [{ ...fields, level: 400, level_name: 'ERROR', datetime: time }, 'error'],
      [{ ...fields, level: 550, datetime: { date: time, timezone: 'UTC' } }, 'alert'],
      [
        { '@timestamp': time, '@version': 1, host: 'web-1', ...fields, level: 'WARNING', monolog_level: 300 },
        'warning',
      ],
      [{ ...fields, severity: 'CRITICAL', timestamp: time }, 'critical'],
      [{ ...fields, level: 400, level_name: 'ERROR', datetime: time, extra: { x: 'x'.repeat(300_000) } }, 'error'],
      [{ ...fields, context: { x: 'x'.repeat(300_000) }, level_name: 'NOTICE', datetime: time }, 'notice'],
    ];
    const lines = [
      ...entries.map(([entry]) => JSON.stringify(entry)),
      JSON.stringify({ ...fields, level_name: 'INFO', datetime: time, extra: 'more' }).slice(0, -5),
      '[2026-11-24 10:00:00] production.DEBUG: of the other kind, with this below it',
      JSON.stringify({ level: 'ERROR', message: 'of another program, without a time' }),
      '{"',
    ];
    assert.deepEqual(
      logEntries(lines).map(({ level, message, firstLine, lastLine }) => [level, message, firstLine, lastLine]),
      [
        ...entries.map(([, level], line) => [level, 'Out "of" stock', line, line]).slice(0, 4),
        ['error', 'Out \\"of\\" stock', 4, 4],
        ['notice', 'Out \\"of\\" stock', 5, 5],
        ['info', 'Out \\"of\\" stock', 6, 6],
        ['debug', 'of the other kind, with this below it', 7, 9],
      ],
    );
  });

  it('has errors in JSON with their class and their place', () => {
    const entry = (message: string, file: string, trace: readonly string[]) =>
      JSON.stringify({
        message,
        context: { exception: { class: 'App\\Exceptions\\OutOfStock', message, code: 0, file, trace } },
        level_name: 'ERROR',
        datetime: '2026-11-24T10:00:00+00:00',
      });
    const root = '/home/forge/shop.example.com/current';
    const lines = [
      entry('Out of 3', `${root}/app/Models/Order.php:31`, []),
      entry('Out of 4', `${root}/app/Models/Order.php:31`, []),
      entry('Too many', `${root}/vendor/x/Y.php:7`, [`${root}/vendor/x/Z.php:8`, `${root}/app/Jobs/Ship.php:9`]),
    ];
    assert.deepEqual(
      exceptionGroups(lines, logEntries(lines)).map(({ name, place, count }) => [name, place, count]),
      [
        ['App\\Exceptions\\OutOfStock', 'app/Jobs/Ship.php:9', 1],
        ['App\\Exceptions\\OutOfStock', 'app/Models/Order.php:31', 2],
      ],
    );
  });

  it('has different errors that were thrown in packages apart, though the same files led to them', () => {
    const root = '/home/forge/shop.example.com/releases/7';
    const thrown = (message: string, file = 'vendor/x/Y.php:7') => [
      `[2026-11-24 10:00:00] production.ERROR: ${message} {"exception":"[object] (RuntimeException(code: 0): ${message} at ${root}/${file})`,
      '[stacktrace]',
      `#0 ${root}/vendor/laravel/framework/src/Pipeline.php(180): x()`,
      `#1 ${root}/app/Http/Middleware/Locale.php(23): y()`,
      `#2 ${root}/public/index.php(17): z()`,
      '#3 {main}',
      '"} ',
    ];
    const groups = (lines: readonly string[]) =>
      exceptionGroups(lines, logEntries(lines)).map(({ message, place, count }) => [message, place, count]);
    assert.deepEqual(groups([...thrown('No disk 4'), ...thrown('No route'), ...thrown('No disk 5')]), [
      ['No disk 5', 'app/Http/Middleware/Locale.php:23', 2],
      ['No route', 'app/Http/Middleware/Locale.php:23', 1],
    ]);
    // Thrown in a file of one's own, the place says enough.
    assert.deepEqual(groups([...thrown('Red', 'app/A.php:1'), ...thrown('Blue', 'app/A.php:1')]), [
      ['Blue', 'app/A.php:1', 2],
    ]);
    // What lets a request in is on the way to everything.
    const outside = (message: string) => thrown(message).filter((line) => !line.includes('Locale'));
    assert.deepEqual(groups([...outside('No disk'), ...outside('No route')]), [
      ['No route', 'vendor/x/Y.php:7', 1],
      ['No disk', 'vendor/x/Y.php:7', 1],
    ]);
  });

  it('names the template of a compiled view, in text and in JSON', () => {
    const root = '/home/forge/shop.example.com/current';
    const message = `Undefined variable $cart (View: ${root}/resources/views/cart.blade.php)`;
    const compiled = `${root}/storage/framework/views/5f3c.php:12`;
    const lines = [
      `[2026-11-24 10:00:00] production.ERROR: ${message} {"exception":"[object] (Illuminate\\\\View\\\\ViewException(code: 0): ${message} at ${compiled})`,
      '[stacktrace]',
      `#0 ${root}/storage/framework/views/5f3c.php(12): x()`,
      `#1 ${root}/app/Http/Middleware/Locale.php(23): y()`,
      JSON.stringify({
        message,
        context: { exception: { class: 'Illuminate\\View\\ViewException', message, file: compiled } },
        level_name: 'ERROR',
        datetime: '2026-11-24T10:00:00+00:00',
      }),
      // Older than that, or thrown by what a template calls: the file alone is not one's own.
      `[2026-11-24 10:00:00] production.ERROR: x {"exception":"[object] (Error(code: 0): x at ${compiled})`,
    ];
    assert.deepEqual(
      exceptionGroups(lines, logEntries(lines)).map(({ name, place, count }) => [name, place, count]),
      [
        ['Error', 'storage/framework/views/5f3c.php:12', 1],
        ['Illuminate\\View\\ViewException', 'resources/views/cart.blade.php', 2],
      ],
    );
  });

  it('has the level of a first line colored, and of JSON the message that comes first', () => {
    const colored = (line: string) =>
      laravel.headOf(line)?.colored.map(({ start, end }) => line.slice(start, end)) ?? [];
    assert.deepEqual(colored('[2026-11-24 10:00:00] ERROR.x.ERROR: ERROR'), ['ERROR']);
    assert.deepEqual(colored('[2026-11-24 10:00:00] ERROR.x.ERROR: ERROR').length, 1);
    assert.deepEqual(
      colored('{"message":"a \\"b\\" c","context":{},"level":400,"level_name":"ERROR","datetime":"2026-11-24"}'),
      ['a \\"b\\" c', 'ERROR'],
    );
    assert.deepEqual(colored('#0 /home/forge/x.php(1)'), []);
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

  it('is read from its end, no further than the entries that are asked for', () => {
    const lines = ['2026-11-24 09:59:59', '2026-11-24 10:00:00', '2026-11-24 10:00:01'].flatMap((time) =>
      exception(time, 104, 7),
    );
    const read = new Set<number>();
    const counted = {
      length: lines.length,
      at: (line: number) => {
        read.add(line);
        return lines.at(line);
      },
    };
    assert.deepEqual(logEntries(counted, 2), logEntries(lines).slice(-2));
    assert.equal(Math.min(...read), 6);
    assert.equal(logEntries(lines).length, 3);
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
});
