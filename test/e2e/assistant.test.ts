import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { copyPackaged } from '../bench/windowSamples';
import { type HostWindow, openWindow } from '../host/window';
import { makeSampleWorkspace, sampleSites } from '../sampleWorkspace';
import { SimulatorControl } from '../simulator/control';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { Album } from './album';
import { stepByStep } from './stepByStep';
import { until } from './until';
import { WorkbenchPage } from './workbenchPage';

const site = sampleSites.main;

describe('A person whose language model wants to deploy', () => {
  let simulator: Simulator;
  let control: SimulatorControl;
  let workspace: string;
  let folder: string;
  let answers: string;
  let window: HostWindow;
  let workbench: WorkbenchPage;
  let album: Album;

  const posts = async () => (await control.requests()).filter(({ method }) => method === 'POST').length;
  const answered = () => (existsSync(answers) ? readFileSync(answers, 'utf8') : '');

  before(async () => {
    simulator = await startSimulator({ orgs: 1, speed: 10, latency: 20, limit: 6_000 });
    control = new SimulatorControl(simulator.origin);
    workspace = makeSampleWorkspace();
    folder = mkdtempSync(join(tmpdir(), 'forge-assistant-'));
    answers = join(folder, 'answers.txt');
    const extension = join(folder, 'extension');
    copyPackaged(extension, join('..', 'e2e', 'toolCaller.js'));
    window = await openWindow({
      workspace,
      extension,
      which: 'newest',
      settings: {
        'forge.apiUrl': simulator.url,
        'forge.requestsPerMinute': 6_000,
        // Whatever the settings say: a model is no click.
        'forge.deploy.confirm': 'never',
      },
      env: { FORGE_API_TOKEN: simulator.token, FORGE_TOOL_ANSWERS: answers, FORGE_TOOL_SITE: site },
    });
    workbench = new WorkbenchPage(window.page);
    album = new Album(window, 180);
  });

  stepByStep(() => album);

  after(async () => {
    await window?.close();
    await simulator?.close();
    workspace && rmSync(dirname(workspace), { recursive: true, force: true });
    folder && rmSync(folder, { recursive: true, force: true });
  });

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
