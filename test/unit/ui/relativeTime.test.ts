import assert from 'node:assert/strict';
import { clock, relativeTime } from '../../../src/ui/relativeTime';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('How long ago', () => {
  const ago = (ms: number, language = 'en') => relativeTime(1_000 * day - ms, 1_000 * day, language);

  it('is said in the largest unit that fits', () => {
    assert.deepEqual(
      [
        minute,
        59 * minute,
        hour,
        23 * hour,
        day,
        6 * day,
        7 * day,
        29 * day,
        30 * day,
        364 * day,
        365 * day,
        900 * day,
      ].map((ms) => ago(ms)),
      [
        '1m ago',
        '59m ago',
        '1h ago',
        '23h ago',
        '1d ago',
        '6d ago',
        '1w ago',
        '4w ago',
        '1mo ago',
        '12mo ago',
        '1y ago',
        '2y ago',
      ],
    );
  });

  it('is now below a minute, and for what lies ahead because clocks differ', () => {
    assert.deepEqual([ago(0), ago(59 * second), ago(-5 * minute)], ['now', 'now', 'now']);
  });

  it('is said in the user’s language', () => {
    assert.match(ago(3 * hour, 'de'), /vor 3/);
    assert.match(ago(3 * hour, 'fr'), /il y a 3/);
    assert.equal(ago(0, 'de'), 'jetzt');
    assert.notEqual(ago(hour, 'ja'), ago(hour, 'en'));
  });
});

describe('A duration', () => {
  it('is shown as a clock', () => {
    assert.deepEqual([0, 999, 7 * second, minute, 754 * second, hour - 1, hour, 3723 * second, 100 * hour].map(clock), [
      '0:00',
      '0:00',
      '0:07',
      '1:00',
      '12:34',
      '59:59',
      '1:00:00',
      '1:02:03',
      '100:00:00',
    ]);
  });

  it('is nothing when it is less', () => {
    assert.equal(clock(-5000), '0:00');
  });
});
