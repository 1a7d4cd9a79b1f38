import assert from 'node:assert/strict';
import { newDeployHook } from '../../../src/deployments/newDeployHook';
import { serverOf } from '../../../src/files/apiText';
import type { OperationName } from '../../../src/forge/operationTable';
import { emptyLog } from '../../../src/logs/emptyLog';
import { type KindId, kindOf } from '../../../src/resources/catalogue';
import { isSaved } from '../../../src/resources/form';
import { pathBelow, pathTo } from '../../../src/resources/place';
import { ResourceChanges } from '../../../src/resources/resourceChanges';
import { ResourceLists } from '../../../src/resources/resourceLists';
import { PlainError } from '../../../src/ui/plainError';
import { sampleSites } from '../../sampleWorkspace';
import type { Fault } from '../../simulator/control';
import { TestFocus, type TestWindow, worldOfBlock } from '../forgeWorld';

describe('A change whose answer is lost', () => {
  const block = worldOfBlock();
  let window: TestWindow;
  let lists: ResourceLists;
  let changes: ResourceChanges;

  const during = <T>(work: Promise<T>): Promise<T> => block.world.time.during(work);
  const shop = () => window.site(sampleSites.main);
  const host = () => serverOf(window.fleet, shop()) ?? assert.fail();
  /** Forge makes the change, or doesn't, and something in between answers instead. */
  const lose = (fault: Pick<Fault, 'path' | 'method'>, isMade: boolean, status = 502) =>
    block.world.control.fault({ ...fault, status, body: 'oops', passthrough: isMade, times: 1 });
  const sent = async (method: string) =>
    (await block.world.control.requests()).filter((request) => request.method === method).length;
  const unconfirmed = (error: unknown) => {
    assert.ok(error instanceof PlainError, String(error));
    assert.match(error.message, /^Couldn't confirm the change to .+\. Check in Forge before trying again\.$/);
    assert.deepEqual(
      error.steps.map(({ label }) => label),
      ['Open in Forge'],
    );
    return true;
  };
  const act = async (kind: KindId, operation: OperationName, body: object, isThere?: () => boolean | undefined) => {
    await during(lists.read(host().key, kind, 'user'));
    const [row] = lists.list(host().key, kind).rows ?? [];
    assert.ok(row);
    const path = kindOf(kind).known ? pathBelow(host(), host().key) : pathTo(host(), host().key, kind, row);
    const send = async () => {
      await host().account.client.call(operation, path as never, { body });
      return undefined;
    };
    const change = { at: host().key, kind, type: 'act', name: 'it', id: row.id } as const;
    return during(changes.during(change, send, isThere));
  };

  beforeEach(() => {
    window = block.window;
    lists = new ResourceLists(window.fleet);
    changes = new ResourceChanges(lists, new TestFocus());
  });

  afterEach(async () => {
    changes.dispose();
    lists.dispose();
    await block.world.control.clearFaults();
    // What was begun comes to its end.
    await block.world.control.switch({ advance: 600 });
  });

  describe('of a log that is cleared', () => {
    const source = (id: string) => ({ kind: 'siteLog', key: shop().key, id }) as const;
    const path = { path: '/logs/', method: 'DELETE' };

    it('is done where the log is empty now', async () => {
      await lose(path, true);
      await during(emptyLog(source('application'), shop()));
      assert.equal(await sent('DELETE'), 1);
    });

    it('is said not to be confirmed where the log is as before', async () => {
      await lose(path, false);
      await assert.rejects(during(emptyLog(source('nginx-error'), shop())), unconfirmed);
      assert.equal(await sent('DELETE'), 1);
    });

    it('is refused where Forge refuses it', async () => {
      await lose(path, false, 403);
      await assert.rejects(during(emptyLog(source('nginx-error'), shop())), { kind: 'forbidden' });
    });
  });

  describe('of a deploy hook', () => {
    const path = { path: '/deploy-hook$|/deployments/deploy-hook$', method: 'PUT' };

    it('has the new one where there is one', async () => {
      await lose(path, true);
      const before = await during(shop().api.call('showDeployHook'));
      const made = await during(newDeployHook(shop()));
      assert.notEqual(made, before);
      assert.equal(made, await during(shop().api.call('showDeployHook')));
    });

    it('is said not to be confirmed where the old one is still there, and where nothing can be read', async () => {
      await lose(path, false);
      await assert.rejects(during(newDeployHook(shop())), unconfirmed);
    });
  });

  describe('of a resource', () => {
    const restart = { action: 'restart' };

    it('is done where its state tells that something happens', async () => {
      await lose({ path: '/actions$', method: 'POST' }, true);
      assert.equal(await act('backgroundProcesses', 'runBackgroundProcessAction', restart), true, 'and followed');
    });

    it('is said not to be confirmed where nothing tells of it', async () => {
      await lose({ path: '/actions$', method: 'POST' }, false);
      await assert.rejects(act('backgroundProcesses', 'runBackgroundProcessAction', restart), unconfirmed);
      await lose({ path: '/nginx/actions$', method: 'POST' }, true);
      await assert.rejects(act('nginx', 'runNginxAction', { action: 'reboot' }), unconfirmed);
      assert.equal(await sent('POST'), 2);
    });

    it('is done where it has what was saved, and refused where it has not and Forge said so', async () => {
      const failing = async (isThere: boolean, status: number) => {
        await lose({ path: '/actions$', method: 'POST' }, false, status);
        await act('backgroundProcesses', 'runBackgroundProcessAction', restart, () => isThere);
      };
      await failing(true, 502);
      await assert.rejects(failing(false, 404), { kind: 'notFound' });
      await assert.rejects(failing(false, 502), unconfirmed);
    });

    it('is seen by the fields that were changed and are shown', () => {
      const fields = ['name', 'port', 'secret'].map((name) => ({ name, type: 'text', label: () => name }) as const);
      const saved = (values: Record<string, string>, attributes: object) =>
        isSaved(fields, values, new Set(Object.keys(values)), attributes as never);
      assert.equal(saved({ name: 'a', secret: 'x' }, { name: 'a', port: 1 }), true);
      assert.equal(saved({ name: 'a', port: '2' }, { name: 'a', port: 1 }), false);
      assert.equal(saved({ port: '1' }, { name: 'a', port: 1 }), true);
      assert.equal(saved({ secret: 'x' }, { name: 'a', port: 1 }), undefined);
    });
  });
});
