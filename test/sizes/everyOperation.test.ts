import assert from 'node:assert/strict';
import { ContractCheck } from '../contract/contractCheck';
import { description, places, send, startDescribed } from '../simulated/simulator/describedForge';
import type { Place } from '../simulator/description';

const nameOf = ({ method, template }: Place) => `${method} ${template}`;

// Hundreds of requests each, and a schema to compile for each of their answers.
describe('The simulator, of each operation that is described,', () => {
  const check = new ContractCheck(description, 'simulator-tests');
  let world: Awaited<ReturnType<typeof startDescribed>>;
  beforeEach(async () => {
    world = await startDescribed();
  });
  afterEach(() => world.forge.simulator.close());

  /** What is wrong with the answers to these, each asked for as it should be. */
  async function problemsOf(of: readonly Place[]): Promise<string[]> {
    const problems: string[] = [];
    const { forge, requests } = world;
    for (const place of of) {
      const { path, body } = await requests.of(place);
      const { response, text, status } = await send(forge, place.method, path, body);
      const exchange = {
        method: place.method,
        path,
        query: '',
        requestHeaders: {},
        requestBody: body ? JSON.stringify(body) : '',
        status,
        responseHeaders: Object.fromEntries(response.headers),
        responseBody: text,
        fault: false,
      };
      problems.push(...check.responseProblems(exchange).map((problem) => `${nameOf(place)}: ${problem}`));
      if (status >= 300) {
        problems.push(`${nameOf(place)}: ${status} ${text}`);
      }
      if (place.method !== 'GET') {
        requests.forget();
      }
    }
    return problems;
  }

  it('tells what there is as its schema says', async () => {
    const reads = places.filter(
      ({ method, template }) => method === 'GET' && !template.endsWith('/deployments/status'),
    );
    assert.deepEqual(await problemsOf(reads), []);
  });

  it('does what is right, and answers as its schema says', async () => {
    const changes = places.filter(({ method }) => method !== 'GET');
    // What takes away comes last, and from below first.
    const rank = ({ method, template }: Place) => (method === 'DELETE' ? 1_000 - template.length : 0);
    const problems = await problemsOf([...changes].sort((one, other) => rank(one) - rank(other)));
    assert.deepEqual(problems, []);
  });

  it('does each change so that it is seen: where it was made, above, below, at the site, or in the events of the server', async () => {
    const { forge, requests, host } = world;
    const changes = places.filter(({ method }) => method !== 'GET');
    const rank = ({ method, template }: Place) => (method === 'DELETE' ? 1_000 - template.length : 0);
    const isAbove = (one: string, other: string) => one === other || other.startsWith(`${one}/`);
    const depth = (template: string) => template.split('/').length;
    const unseen: string[] = [];
    await forge.control.switch({ processConfigurations: true });
    const shared = await forge.list(await requests.path('/orgs/{organization}/teams/{team}/servers'));
    const unshared = (await forge.list('/orgs/acme/servers')).data.find(
      ({ id }) => !shared.data.some((one) => one.id === id),
    );
    /** Bodies that change something where the smallest doesn't. */
    const bodies: Readonly<Record<string, object>> = {
      '/healthcheck': { healthcheck_endpoint: 'https://shop.example.com/up' },
      '/teams/{team}/servers': { server_id: Number(unshared?.id) },
    };
    for (const place of [...changes].sort((one, other) => rank(one) - rank(other))) {
      requests.forget();
      const { path, body } = await requests.of(place);
      const [, changing = body] = Object.entries(bodies).find(([end]) => place.template.endsWith(end)) ?? [];
      if (nameOf(place).endsWith('/deployments/status')) {
        await forge.control.startDeployment({ site: 'shop.example.com', seconds: 600 });
      }
      const here = place.template.replace(/\/actions$/, '');
      const seenAt = places.filter(
        ({ method, template }) =>
          method === 'GET' &&
          !template.endsWith('/deployments/status') &&
          depth(template) > 2 &&
          depth(template) - depth(here) < 2 &&
          depth(here) - depth(template) < 3 &&
          (isAbove(template, here) || isAbove(here, template)),
      );
      const paths = await Promise.all(seenAt.map(({ template }) => requests.path(template).catch(() => '')));
      const itself = await requests.path('/orgs/{organization}/sites/{site}');
      const look = async () =>
        Promise.all(
          [...paths, itself, `${host}/events?sort=-created_at`].map(async (at) => (await forge.send(at)).text()),
        );
      const before = await look();
      const { status } = await send(forge, place.method, path, changing);
      assert.ok(status < 300, nameOf(place));
      // Some is over again soon, such as a restart; some takes its time.
      const isSeen = async () => (await look()).join() !== before.join();
      const isSeenSoon = await isSeen();
      await forge.control.switch({ advance: 30 });
      if (!isSeenSoon && !(await isSeen())) {
        unseen.push(nameOf(place));
      }
    }
    assert.deepEqual(unseen, []);
  });

  it('finds nothing below what is not there', async () => {
    for (const place of places) {
      const path = (await world.requests.path(place.template)).replace(/\/\d+(?=\/|$)/g, '/999999999');
      if (/\/999999999(?=\/|$)/.test(path)) {
        assert.equal((await send(world.forge, place.method, path)).status, 404, nameOf(place));
      }
    }
  });

  it('refuses what is not as described, field by field', async () => {
    for (const place of places) {
      const { requestBody } = place.operation;
      if (!requestBody?.required) {
        continue;
      }
      const { path } = await world.requests.of(place);
      const { status, json } = await send(world.forge, place.method, path, {});
      const isOptional = status < 300;
      assert.ok(isOptional || (status === 422 && Object.keys(json.errors).length > 0), `${nameOf(place)} ${status}`);
      if (!isOptional) {
        assert.equal(json.message, Object.values(json.errors as Record<string, string[]>)[0]?.[0]);
      }
    }
  });
});
