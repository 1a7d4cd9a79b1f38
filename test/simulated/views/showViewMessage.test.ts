import assert from 'node:assert/strict';
import { ForgeWorld, type TestWindow } from '../forgeWorld';

describe('The line above the tree', () => {
  let world: ForgeWorld;
  let here: TestWindow;

  const says = (sentence: RegExp) =>
    world.time.until(String(sentence), () => (sentence.test(here.message) ? { said: here.message } : undefined));

  beforeEach(async () => {
    world = await ForgeWorld.make();
    here = world.openWindow();
  });

  afterEach(() => world.end());

  it('says that calls wait, with the seconds left, and that they do no longer', async () => {
    await here.signIn();
    await world.control.fault({ path: '/sites$', status: 429, headers: { 'retry-after': '4' }, body: '{}', times: 1 });
    const refresh = here.fleet.refresh();
    const sentence = /^Rate limited \(6000\/min\)\. Continuing in (\d) s\. Updated [^.]+\. Refreshing… \d+%$/;
    const secondsIn = (message: string) => Number(sentence.exec(message)?.[1]);
    const { said } = await says(sentence);
    await world.time.until('the seconds to go down', () => secondsIn(here.message) < secondsIn(said));
    await world.time.during(refresh);
    assert.equal(here.fleet.error, undefined, 'nobody hears of the 429 itself');
    await says(/^$/);
  });

  it('says that Forge fails and is left in peace, which each click still tries', async () => {
    const { client } = await here.signIn();
    await world.control.fault({ status: 500, body: '{"message":"Server Error"}', times: 0 });
    await world.time.during(here.fleet.refresh());
    void here.fleet.refresh();
    await says(/^Forge isn't responding\. Retrying in \d+ s\. Last updated [^\n]+\.$/);
    await world.control.clearRequests();
    const waiting = here.fleet.refresh();
    await assert.rejects(world.time.during(client.call('me', {})), { kind: 'server' });
    assert.deepEqual(
      (await world.control.requests()).map(({ path }) => path),
      ['/me'],
      'the click is tried, once, and the refresh that nobody asked for waits',
    );
    await world.control.clearFaults();
    await world.time.during(here.fleet.refresh('user'));
    await world.time.during(waiting);
    assert.equal(here.fleet.error, undefined, 'a click makes the waiting refresh go on');
    assert.equal(here.message, '');
  });
});
