import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleSites } from '../sampleWorkspace';
import { makeExtensionFolder } from './extensionFolder';
import { inWindow } from './inWindow';
import { until } from './until';

const site = sampleSites.main;

describe('A person whose language model wants to deploy', () => {
  let answers = '';
  const { control, workbench, album } = inWindow({
    pictures: 180,
    // Whatever the settings say: a model is no click.
    settings: { 'forge.deploy.confirm': 'never' },
    prepare: async ({ folder }) => {
      answers = join(folder, 'answers.txt');
      return {
        extension: makeExtensionFolder(join(folder, 'extension'), 'toolCaller.js'),
        env: { FORGE_TOOL_ANSWERS: answers, FORGE_TOOL_SITE: site },
      };
    },
  });

  const posts = async () => (await control.requests()).filter(({ method }) => method === 'POST').length;
  const answered = () => (existsSync(answers) ? readFileSync(answers, 'utf8') : '');

  it('is asked by VS Code first, and then with the pre-flight of a click, which may be dismissed', async () => {
    await workbench.openForge();
    await workbench.row('acme-web-1').waitFor();
    const first = await workbench.modalText();
    assert.match(first, new RegExp(`Deploy ${site}\\?`));
    await album.take('tool-confirmation');
    await workbench.modalButton('Yes').click();
    await until('the pre-flight', async () =>
      /Requested by a language model in chat/.test(await workbench.modalText()),
    );
    const text = await workbench.modalText();
    assert.match(text, new RegExp(`Deploy ${site} to production\\?`));
    await album.take('tool-pre-flight');
    await workbench.answerModal('Cancel');
    await until('the first answer', async () => answered().includes('The person declined.'));
    assert.equal(await posts(), 0);
  });

  it('is asked again the next time, and agrees', async () => {
    await until('the question of VS Code', async () => /asked again/.test(await workbench.modalText()));
    await workbench.modalButton('Yes').click();
    await until('the pre-flight', async () =>
      /Requested by a language model in chat/.test(await workbench.modalText()),
    );
    await workbench.answerModal('Deploy');
    await until('the second answer', async () => /second: .*The person agreed/s.test(answered()));
    assert.equal(await posts(), 1);
    await workbench.notification(`Deployed ${site}`);
    await album.take('tool-deployed');
  });
});
