import assert from 'node:assert/strict';
import { type RecipeRun, runRecipeOn } from '../../../src/operate/recipeRuns';
import { ForgeWorld, type TestWindow } from '../forgeWorld';

describe('A recipe on several servers', () => {
  let world: ForgeWorld;
  let window: TestWindow;
  const recipes = '/orgs/acme/recipes';
  let recipe: string;

  beforeEach(async () => {
    world = await ForgeWorld.make({ servers: 6, sites: 12 });
    window = world.openWindow();
    await window.signIn();
    recipe = (await world.time.during(world.control.rows(recipes)))[0]?.id ?? assert.fail();
    await world.control.clearRequests();
  });

  afterEach(() => world.end());

  const five = () => window.fleet.allServers().slice(0, 5);
  const entry = () => window.fleet.organizations()[0] ?? assert.fail();
  const start = (tell: (runs: readonly RecipeRun[]) => void = () => undefined, stop = new AbortController().signal) =>
    runRecipeOn({ entry: entry(), recipe }, five(), world.clock, tell, stop);
  const run = () => world.time.during(start());
  const states = (runs: readonly RecipeRun[]) => runs.map(({ is }) => is);
  const posts = async () => (await world.control.requests()).filter(({ method }) => method === 'POST');

  it('is sent once, and is found on each server although Forge tells no ids', async () => {
    const told: string[][] = [];
    const runs = await world.time.during(start((seen) => told.push(states(seen))));
    assert.deepEqual(states(runs), ['finished', 'finished', 'finished', 'finished', 'finished']);
    assert.ok(runs.every(({ server, output }) => output.includes(server.server.name)));
    assert.equal((await posts()).length, 1);
    assert.ok(told.some((seen) => seen.includes('running')));
  });

  it('that fails on one of five tells which, with its output', async () => {
    const path = `/recipes/${recipe}/runs$`;
    await world.control.nextChange({ path, times: 2 });
    await world.control.nextChange({ path, end: 'failed', output: 'E: Unable to locate package' });
    const runs = await run();
    assert.deepEqual(states(runs), ['finished', 'finished', 'failed', 'finished', 'finished']);
    assert.equal(runs[2]?.output, 'E: Unable to locate package');
  });

  it('is found among hundreds of earlier runs, whichever end of the list it is at', async () => {
    await world.control.addRows({ path: `${recipes}/${recipe}/runs`, count: 88, attributes: { server_id: 1 } });
    assert.ok(states(await run()).every((is) => is === 'finished'));
  });

  it('is found where the last page of earlier runs was full', async () => {
    await world.control.removeRows(`${recipes}/${recipe}/runs`);
    await world.control.addRows({ path: `${recipes}/${recipe}/runs`, count: 30, attributes: { server_id: 1 } });
    assert.ok(states(await run()).every((is) => is === 'finished'));
  });

  it('is not taken for one that somebody else started at the same time', async () => {
    const [first] = five();
    const attributes = { server_id: Number(first?.server.id), executed_by: 424_242, status: 'failed' };
    let isAdded = false;
    const runs = await world.time.during(
      start(() => {
        if (!isAdded) {
          isAdded = true;
          void world.control.addRows({ path: `${recipes}/${recipe}/runs`, attributes });
        }
      }),
    );
    assert.ok(isAdded);
    assert.ok(states(runs).every((is) => is === 'finished'));
  });

  it('is surely nobody’s where the same person started it twice', async () => {
    const starting = start();
    const again = start();
    const [runs] = await world.time.during(Promise.all([starting, again]));
    assert.ok(states(runs).every((is) => is === 'unclear'));
  });

  it('that Forge does not list is given up for it after a while', async () => {
    await world.control.nextChange({ path: '/runs$', times: 0, appears: 100_000 });
    assert.ok(states(await run()).every((is) => is === 'missing'));
  });

  it('goes on being followed where one look fails', async () => {
    await world.control.fault({ path: '/runs$', method: 'GET', after: 1, status: 500, body: '{}', times: 3 });
    assert.ok(states(await run()).every((is) => is === 'finished'));
  });

  it('is given up where Forge no longer tells of its runs, and is not taken for failed', async () => {
    await world.control.fault({ path: '/runs$', method: 'GET', after: 1, status: 500, body: '{}', times: 0 });
    assert.ok(states(await run()).every((is) => is === 'running'));
    assert.ok(world.time.elapsed() < 600_000);
  });

  it('tells an output of megabytes whole', async () => {
    const output = `${'x'.repeat(8_000_000)}\nthe end`;
    await world.control.nextChange({ path: '/runs$', output });
    assert.equal((await run())[0]?.output, output);
  });

  it('is refused as Forge says, and not sent again', async () => {
    const body = '{"message":"No.","errors":{"servers.0":["The selected servers.0 is invalid."]}}';
    await world.control.fault({ path: '/runs$', method: 'POST', status: 422, body });
    await assert.rejects(run(), { kind: 'invalid' });
    assert.equal((await posts()).length, 1);
  });

  it('tells what is known when nobody waits for the end', async () => {
    await world.control.nextChange({ path: '/runs$', times: 0, hold: true });
    const stop = new AbortController();
    const running = start(() => undefined, stop.signal);
    await world.time.pass(20_000);
    stop.abort();
    assert.ok(states(await world.time.during(running)).every((is) => is === 'running'));
  });
});
