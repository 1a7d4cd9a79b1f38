import assert from 'node:assert/strict';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from '../../fastCheck';
import { committedDescription, type Json } from '../../simulator/description';
import { seedFleet } from '../../simulator/seededFleet';
import { Store } from '../../simulator/store';
import { Transitions } from '../../simulator/transitions';
import { inDescription } from '../../simulator/validation';
import { World } from '../../simulator/world';

const now = 1_790_000_000_000;
const description = committedDescription();

function storeOf(seed: number): Store {
  const world = new World(seed, { now: () => now });
  seedFleet(world, { orgs: 1, servers: 4, sites: 6 });
  return new Store(world, description);
}

/** A path of a list, below the first of whatever it is below. */
function pathOf(store: Store, template: string): string {
  const [organization] = store.world.organizations;
  const [site] = store.world.sites.values();
  const fleet: Readonly<Record<string, string>> = {
    organization: organization?.slug ?? '',
    server: String(site?.server.id),
    site: String(site?.id),
    region: 'fra1',
  };
  let path = '';
  let list = '';
  for (const part of template.split('/').slice(1)) {
    const name = part.startsWith('{') ? part.slice(1, -1) : undefined;
    path += `/${name === undefined ? part : (fleet[name] ?? store.rows(list, path)[0]?.id ?? assert.fail(template))}`;
    list += `/${part}`;
  }
  return path;
}

describe('The simulator’s store', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(description, 'forge');
  const validators = new Map<string, ValidateFunction>();
  const validatorOf = (store: Store, template: string, resource: Json): ValidateFunction => {
    const known =
      validators.get(template) ?? ajv.compile(inDescription(store.resourceSchema(resource).properties.attributes));
    validators.set(template, known);
    return known;
  };

  it('has rows as their schemas say, whatever the seed, those from the beginning and those that are made', function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const store = storeOf(seed);
        for (const [template, { resource }] of store.collections) {
          const path = pathOf(store, template);
          const validate = validatorOf(store, template, resource);
          const rows = [...store.rows(template, path), store.make(template, path, {})];
          for (const { attributes } of rows) {
            const schemas = store.attributesOf(resource);
            const told = Object.fromEntries(Object.entries(attributes).filter(([name]) => name in schemas));
            assert.ok(validate(told), `${template} ${ajv.errorsText(validate.errors)} ${JSON.stringify(told)}`);
          }
          assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length, template);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('knows a site’s rows wherever the site is, and forgets them with it', () => {
    const store = storeOf(1);
    const template = '/orgs/{organization}/servers/{server}/sites/{site}/heartbeats';
    const path = pathOf(store, template);
    const made = store.make(template, path, { name: 'mine' });
    store.rows(template, path).push(made);
    const moved = path.replace(/servers\/\d+/, 'servers/700002');
    assert.ok(store.rows(template, moved).includes(made));
    store.forget(path.replace(/\/heartbeats$/, ''));
    assert.ok(!store.rows(template, path).includes(made));
  });
});

describe('A change that is made later', () => {
  const seconds = fc.integer({ min: 0, max: 5 });

  it('makes each step once, in order and not before its time, whenever it is looked at', () => {
    fc.assert(
      fc.property(
        fc.array(seconds, { minLength: 1, maxLength: 4 }),
        fc.array(seconds, { maxLength: 12 }),
        fc.boolean(),
        (steps, looks, fails) => {
          let time = 0;
          const made: (number | 'failed')[] = [];
          const transitions = new Transitions(() => time);
          const dues = steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, one) => sum + one, 0));
          transitions.begin(
            {
              steps: steps.map((after, index) => ({ seconds: after, make: () => made.push(index) })),
              fail: () => made.push('failed'),
            },
            fails ? { end: 'failed' } : {},
          );
          for (const look of looks) {
            time += look;
            transitions.settle();
            const due = dues.filter((at) => at <= time).map((_, index) => index);
            assert.deepEqual(
              made,
              due.map((index) => (fails && index === steps.length - 1 ? 'failed' : index)),
            );
          }
        },
      ),
    );
  });

  it('waits as long as it is held, and then takes as long as ever', () => {
    fc.assert(
      fc.property(seconds, fc.nat(1_000), (after, held) => {
        let time = 0;
        let made = 0;
        const transitions = new Transitions(() => time);
        transitions.begin(
          { steps: [{ seconds: after, make: () => (made += 1) }], fail: () => undefined },
          { hold: true },
        );
        time = held;
        transitions.settle();
        assert.equal(made, 0);
        transitions.release();
        time += after;
        transitions.settle();
        assert.equal(made, 1);
      }),
    );
  });

  it('goes by the first wish that matches, as often as that says', () => {
    const transitions = new Transitions(() => 0);
    transitions.wish({ method: 'DELETE', path: '/schemas/', end: 'failed', times: 2 });
    transitions.wish({ hold: true });
    const ends = ['/schemas/1', '/schemas/2', '/schemas/3', '/schemas/4'].map((path) =>
      transitions.wishFor('DELETE', path),
    );
    assert.deepEqual(
      ends.map(({ end, hold }) => end ?? hold),
      ['failed', 'failed', true, undefined],
    );
  });
});
