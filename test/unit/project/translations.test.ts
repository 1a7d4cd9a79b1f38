import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../paths';
import { compare, differences, englishTexts, languages } from '../../translatedTexts';

const nothing = { missing: {}, leftOver: [], placeholders: {} };

describe('The texts in English', () => {
  it('are those that the code says: npm run translations writes them', async () => {
    const { is, shouldBe } = await englishTexts();
    assert.equal(is, shouldBe);
  });

  it('are found in each call that says one', () => {
    const folder = join(projectRoot, 'src');
    const unfound = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        [...readFileSync(join(folder, file), 'utf8').matchAll(/\bl10n\.t\((?!\s*['"{])[\s\S]{0,40}/g)].map(
          ([call]) => `${file}: ${call}`,
        ),
      );
    assert.deepEqual(unfound, []);
  });
});

describe('A translation', () => {
  for (const language of languages) {
    it(`has every text and every placeholder of English: ${language}`, () => {
      for (const [file, found] of Object.entries(differences(language))) {
        assert.deepEqual(found, nothing, file);
      }
    });
  }

  it('is compared text by text', () => {
    const english = { a: 'Deploy {0} to {1}', b: 'Set `forge.site`', c: '[Open](command:forge.signIn)' };
    assert.deepEqual(
      compare(english, { a: '{1}: {0} deployen', b: '`forge.site` setzen', c: '[Auf](command:forge.signIn)' }),
      nothing,
    );
    assert.deepEqual(compare(english, { a: '{0} deployen', b: ' ', c: '[Auf](command:forge.x)', d: '' }), {
      missing: { b: 'Set `forge.site`' },
      leftOver: ['d'],
      placeholders: { a: ['{0}', '{1}'], c: ['](command:forge.signIn)'] },
    });
  });
});
