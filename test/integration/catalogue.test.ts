import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { serverOf } from '../../src/files/apiText';
import { organizationKey } from '../../src/fleet/keys';
import { commands, views } from '../../src/manifest';
import { actionOf, actionsOf, type KindId, kindOf, kinds } from '../../src/resources/catalogue';
import { placeBelow } from '../../src/resources/place';
import { resourcesTarget, resourceTarget } from '../../src/ui/target';
import { sampleSites } from '../sampleWorkspace';
import type { RequestRecord } from '../simulator/control';
import { extensionUnderTest } from './extensionUnderTest';
import { type AskedStep, FormFiller, leave } from './formFiller';

const kindIds = (Object.keys(kinds) as KindId[]).filter((id) => !kindOf(id).isInFleet);

/** Texts to try one after the other, until one is taken. */
const texts = [
  'example',
  '7',
  'person@acme.example',
  'https://acme.example/up',
  '15 3 * * *',
  '203.0.113.7',
  'acme.example',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample',
];

/** Answers each step with the first thing that may be right. */
function anything(): (step: AskedStep) => string | readonly string[] | undefined {
  const tried = new Map<string, number>();
  return ({ title, kind, rows, value, placeholder, complaint, isMany }) => {
    const count = tried.get(title) ?? 0;
    tried.set(title, count + 1);
    if (kind === 'text') {
      const candidates = [value, placeholder, ...texts].filter((text) => text !== '' && !text.includes('…'));
      return candidates[complaint === undefined && count === 0 ? 0 : count % candidates.length] ?? 'x';
    }
    if (kind === 'modal') {
      return rows[0];
    }
    const wanted = rows.filter((row) => !['None', 'From the Clipboard', 'From a File…'].includes(row));
    const first = wanted[0] ?? rows[0] ?? '';
    return isMany ? [first] : first;
  };
}

describe('Every kind of resource', () => {
  const under = extensionUnderTest();
  const { control, signIn, site } = under;
  let filler: FormFiller | undefined;

  before(async () => {
    await vscode.commands.executeCommand(`${views.resources}.focus`);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'echo example\n' }));
  });

  beforeEach(() => signIn());

  afterEach(() => {
    filler?.restore();
    filler = undefined;
  });

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const lists = async () => (await under.services.resources.get()).parts.lists;
  const shop = () => site(sampleSites.main);
  const keyOf = (id: KindId): string => {
    const { on } = kindOf(id);
    return on === 'site'
      ? shop().key
      : on === 'server'
        ? (serverOf(under.services.fleet, shop())?.key ?? '')
        : organizationKey(shop());
  };
  const rowsOf = async (at: string, id: KindId) => {
    const all = await lists();
    await all.readAgain(at, id, 'user');
    assert.equal(all.list(at, id).error, undefined, id);
    return all.list(at, id).rows ?? [];
  };
  const placeOf = async (id: KindId): Promise<string> => {
    const { on } = kindOf(id);
    if (typeof on === 'string') {
      return keyOf(id);
    }
    const above = on.kind as KindId;
    const at = await placeOf(above);
    const [first] = await rowsOf(at, above);
    return placeBelow(at, above, first?.id ?? assert.fail(`there is no ${above}`));
  };
  /** What a command sends that changes something. */
  const changes = async (command: string, target: object): Promise<readonly RequestRecord[]> => {
    await control.clearRequests();
    await vscode.commands.executeCommand(command, target);
    return (await control.requests()).filter(({ method }) => method !== 'GET');
  };
  const saw = () =>
    filler?.steps.map(({ title, complaint }) => `${title}${complaint ? ` (${complaint})` : ''}`).join('\n');

  for (const id of kindIds) {
    it(`${id}: lists, opens, and does everything that can be done with it`, async () => {
      const at = await placeOf(id);
      await under.services.resources.get();
      filler = new FormFiller(anything());
      const { create, edit } = kindOf(id);
      if (create) {
        const sent = await changes(commands.newResource, resourcesTarget(at, id));
        const last = sent.at(-1);
        assert.ok(
          last && last.status < 300,
          `${JSON.stringify((await control.requests()).slice(-4))} ${JSON.stringify(last)}\n${saw()}`,
        );
      }
      const rows = await rowsOf(at, id);
      const [first] = rows;
      if (first) {
        await vscode.commands.executeCommand(commands.openResource, resourceTarget(at, id, first.id));
        const shown = vscode.window.activeTextEditor?.document;
        assert.equal(shown?.languageId, 'json', id);
        assert.doesNotMatch(shown?.getText() ?? '', /canary/);
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      }
      if (first && edit) {
        const sent = await changes(commands.editResource, resourceTarget(at, id, first.id));
        assert.ok(sent.length > 0 && sent.every(({ status }) => status < 300), `${JSON.stringify(sent)}\n${saw()}`);
      }
      const { actions } = (await under.services.resources.get()).parts;
      const entry = shop();
      const done = new Set<string>();
      for (const row of rows) {
        for (const name of actionsOf(id, row).filter((one) => !done.has(one) && !actionOf(id, one)?.isDeletion)) {
          done.add(name);
          await control.clearRequests();
          const host = kindOf(id).on === 'server' ? serverOf(under.services.fleet, entry) : undefined;
          await actions.run({ entry: host ?? entry, at, kind: id }, row, name);
          const sent = (await control.requests()).filter(({ method }) => method !== 'GET');
          assert.ok(sent.length === 1 && sent[0] && sent[0].status < 300, `${name} ${JSON.stringify(sent)}\n${saw()}`);
        }
      }
      await control.switch({ advance: 120 });
      const last = (await rowsOf(at, id)).find((row) =>
        actionsOf(id, row).some((name) => actionOf(id, name)?.isDeletion),
      );
      if (last) {
        const sent = await changes(commands.deleteResource, resourceTarget(at, id, last.id));
        assert.ok(sent.length === 1 && sent[0] && sent[0].status < 300, `${JSON.stringify(sent)}\n${saw()}`);
      }
    });
  }

  it('is left alone by whoever leaves its form', async () => {
    filler = new FormFiller(() => leave());
    const at = await placeOf('databases');
    assert.deepEqual(await changes(commands.newResource, resourcesTarget(at, 'databases')), []);
  });
});
