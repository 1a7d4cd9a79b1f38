import assert from 'node:assert/strict';
import { isKind, type KindId, kindOf, kinds } from '../../../src/resources/catalogue';
import {
  bodyOf,
  complaintsOf,
  currentValues,
  firstProblem,
  pathOf,
  presets,
  problemOf,
  shownFields,
} from '../../../src/resources/form';
import type { Field, FormContext, Value, Values } from '../../../src/resources/kind';

const fieldsOf = (id: KindId, form: 'create' | 'edit' = 'create'): readonly Field[] => kindOf(id)[form]?.fields ?? [];
const fieldOf = (id: KindId, name: string) => fieldsOf(id).find((field) => field.name === name) ?? assert.fail(name);
const names = (fields: readonly Field[]) => fields.map(({ name }) => name);

/** A window without a folder, on a server with PHP 8.3. */
const context = { entry: { server: { phpVersion: 'php83' } }, email: 'me@acme.example' } as unknown as FormContext;

describe('A form', () => {
  it('shows the fields that apply to what is filled in', () => {
    const fields = fieldsOf('scheduledJobs');
    const base: Values = { command: 'x', user: 'forge' };
    const shown = (values: Values) => names(shownFields(fields, { ...base, ...values }));
    assert.ok(!shown({ frequency: 'hourly' }).includes('cron'));
    assert.ok(shown({ frequency: 'custom' }).includes('cron'));
    assert.ok(shown({ heartbeat: true }).includes('grace_period'));
  });

  it('starts with what is likely', () => {
    assert.deepEqual(presets(fieldsOf('monitors'), context), {
      operator: 'gte',
      notify: 'me@acme.example',
      minutes: 5,
    });
    assert.equal(presets(fieldsOf('sites'), context).php_version, 'php83');
    const repository = { provider: 'github', url: 'acme/shop', branch: undefined };
    const given = presets(fieldsOf('sites'), { ...context, repository });
    assert.deepEqual([given.repository, given.branch], ['acme/shop', undefined]);
  });

  it('of what is there starts with what Forge reports, under whatever name, and nothing that it makes up', () => {
    const attributes = {
      schedule: 'weekly',
      day_of_week: 0,
      time: '01:00',
      notify_email: null,
      name: '',
      database_ids: [7, null, 8],
    };
    assert.deepEqual(currentValues(fieldsOf('backups', 'edit'), attributes), {
      frequency: 'weekly',
      day: '0',
      time: '01:00',
      database_ids: [7, 8],
    });
    assert.deepEqual(
      currentValues(fieldsOf('databaseUsers', 'edit'), { name: 'x', password: 'y', database_ids: [1] }),
      {},
    );
  });

  for (const [what, id, name, value, problem] of [
    ['nothing where something is needed', 'databases', 'name', undefined, 'Name is required.'],
    ['a blank', 'databases', 'name', 'a b', "Can't contain spaces."],
    ['too much', 'databases', 'name', 'x'.repeat(64), 'Enter at most 63 characters.'],
    ['just enough', 'databases', 'name', 'x'.repeat(63), undefined],
    ['no address', 'monitors', 'notify', 'me', 'Enter an email address.'],
    ['half a number', 'monitors', 'minutes', 1.5, 'Enter a whole number.'],
    ['a number with a part', 'monitors', 'threshold', 1.5, undefined],
    ['no number', 'monitors', 'threshold', Number.NaN, 'Enter a number.'],
    ['too little', 'monitors', 'minutes', 0, 'Enter 1 or more.'],
    ['too many', 'monitors', 'minutes', 61, 'Enter 60 or less.'],
    ['four fields of cron', 'scheduledJobs', 'cron', '* * * *', 'Enter the five fields of a cron expression.'],
    ['cron', 'scheduledJobs', 'cron', '*/5 * * * 1-5', undefined],
    ['another scheme', 'webhooks', 'url', 'ftp://x.example', 'Enter a URL that starts with http:// or https://.'],
    ['no URL', 'webhooks', 'url', 'x', 'Enter a URL that starts with http:// or https://.'],
    [
      'an option of a shell',
      'scheduledJobs',
      'user',
      '-rf',
      'Use lowercase letters, digits, - and _, starting with a letter.',
    ],
    ['no entries', 'securityRules', 'credentials', [], 'Users is required.'],
  ] as readonly (readonly [string, KindId, string, Value | undefined, string | undefined])[]) {
    it(`takes ${what} for what it is`, () => assert.equal(problemOf(fieldOf(id, name), value), problem));
  }

  it('finds the first field that is not right, of those that apply', () => {
    const values: Values = { command: 'x', frequency: 'hourly', cron: 'bad', user: 'forge' };
    assert.equal(firstProblem(fieldsOf('scheduledJobs'), values), undefined);
    assert.equal(firstProblem(fieldsOf('scheduledJobs'), { ...values, frequency: 'custom' })?.field.name, 'cron');
  });

  it('sends objects in objects, entries as lists, a port as text, and nothing that is empty or does not apply', () => {
    const values: Values = { type: 'letsencrypt', enable: true, 'letsencrypt.key_type': 'rsa', 'csr.domain': 'x' };
    assert.deepEqual(bodyOf(fieldsOf('certificates'), values), {
      type: 'letsencrypt',
      enable: true,
      letsencrypt: { key_type: 'rsa' },
    });
    const invites: Values = { name: 'Ops', invites: [{ email: 'a@b.example', 'role.id': 7 }] };
    assert.deepEqual(bodyOf(fieldsOf('teams'), invites), {
      name: 'Ops',
      invites: [{ email: 'a@b.example', role: { id: 7 } }],
    });
    const octane = kindOf('octane').actions?.enable?.fields ?? [];
    assert.deepEqual(bodyOf(octane, { server: 'swoole', port: 8000 }), { server: 'swoole', port: '8000' });
  });

  it('of what is there sends what Forge needs and what was changed, and clears what was emptied', () => {
    const fields = fieldsOf('backups', 'edit');
    const values: Values = {
      storage_provider_id: 1,
      frequency: 'hourly',
      database_ids: [7],
      retention: 7,
      bucket: 'b',
      name: undefined,
    };
    assert.deepEqual(bodyOf(fields, values, new Set(['name'])), {
      storage_provider_id: 1,
      frequency: 'hourly',
      database_ids: [7],
      retention: 7,
      name: null,
    });
  });

  it('puts into the path what belongs there, and not into the body', () => {
    const fields = kindOf('serverCredentials').actions?.createVpc?.fields ?? [];
    const values: Values = { name: 'private', region: 'fra1' };
    assert.deepEqual([pathOf(fields, values), bodyOf(fields, values)], [{ region: 'fra1' }, { name: 'private' }]);
  });

  it('leads each complaint to its field, and tells the others', () => {
    const fields = fieldsOf('securityRules');
    const { byField, others } = complaintsOf(
      fields,
      {},
      {
        'credentials.0.username': 'Taken.',
        'credentials.1.password': 'Too short.',
        name: 'Bad.',
        color: 'Unknown.',
        '': 'No.',
      },
    );
    assert.deepEqual(
      [...byField],
      [
        ['credentials', 'Taken.'],
        ['name', 'Bad.'],
      ],
    );
    assert.deepEqual(others, ['Unknown.', 'No.']);
  });

  it('never holds two fields of one name that apply at once', () => {
    for (const id of Object.keys(kinds)) {
      for (const form of ['create', 'edit'] as const) {
        const shown = names(shownFields(isKind(id) ? fieldsOf(id, form) : [], {}));
        assert.equal(new Set(shown).size, shown.length, `${id} ${form}`);
      }
    }
  });
});
