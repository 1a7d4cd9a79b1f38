import assert from 'node:assert/strict';
import { awaitPublished } from '../../release/awaitPublished';

/** A marketplace that says one thing after another, and then the last for ever. */
function saying(...answers: readonly (string | Error)[]) {
  const said: string[] = [];
  const slept: number[] = [];
  let asked = 0;
  return {
    said,
    slept,
    get asked() {
      return asked;
    },
    waiting: {
      show: async () => {
        const answer = answers[Math.min(asked, answers.length - 1)] ?? '';
        asked += 1;
        if (answer instanceof Error) {
          throw answer;
        }
        return answer;
      },
      sleep: async (ms: number) => void slept.push(ms),
      say: (line: string) => void said.push(line),
      tries: 4,
      everyMs: 30_000,
    },
  };
}

const listing = (...versions: readonly string[]) =>
  JSON.stringify({ displayName: 'Laravel Forge', versions: versions.map((version) => ({ version })) }, undefined, '\t');

describe('Waiting for the Marketplace', () => {
  it('ends when the version is listed, with nobody asked again', async () => {
    const marketplace = saying(listing('1.2.0', '1.0.0'));
    await awaitPublished('1.2.0', marketplace.waiting);
    assert.equal(marketplace.asked, 1);
    assert.deepEqual(marketplace.slept, []);
  });

  it('asks again while only older versions are listed, the extension is unknown, or the Marketplace is down', async () => {
    const marketplace = saying(
      'undefined\n',
      new Error('vsce show failed (1).'),
      listing('1.0.0', '11.2.0'),
      listing('1.2.0', '1.0.0'),
    );
    await awaitPublished('1.2.0', marketplace.waiting);
    assert.deepEqual(marketplace.slept, [30_000, 30_000, 30_000]);
    assert.ok(marketplace.said.includes('vsce show failed (1).'));
  });

  it('fails with what to do if the version is never listed', async () => {
    const marketplace = saying(listing('1.0.0'));
    await assert.rejects(
      awaitPublished('1.2.0', marketplace.waiting),
      /doesn't list 1\.2\.0\. Look at the publisher's page/,
    );
    assert.equal(marketplace.asked, 4);
    assert.equal(marketplace.slept.length, 3, 'without a wait after the last');
  });

  it('takes what is no list for none', async () => {
    for (const answer of ['', '{', '{"versions":[{}]}', 'Error: not found {']) {
      await assert.rejects(awaitPublished('1.2.0', saying(answer).waiting), /doesn't list/);
    }
  });
});
