import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OperationName, operations } from '../../../src/forge/operationTable';
import {
  actionsOf,
  groupsOn,
  isChanging,
  isKind,
  isSingle,
  type KindId,
  kindOf,
  kinds,
  kindsNamed,
} from '../../../src/resources/catalogue';
import type { Field, Form, Value } from '../../../src/resources/kind';
import { headingOf, nameOf, wordsOf } from '../../../src/resources/resourceWords';
import { projectRoot } from '../../paths';
import { bodySchemaOf, committedDescription, type Json, placeOf, resolve } from '../../simulator/description';
import { operationsOfKind, reach, unreached } from './reach';

const kindIds = Object.keys(kinds) as KindId[];
const description = committedDescription();

/** A property of a request's body. An object's properties are its own, with a dot between. */
interface Property {
  readonly name: string;
  readonly schema: Json;
  readonly isRequired: boolean;
}

function resolved(schema: Json): Json {
  return typeof schema.$ref === 'string' ? resolved(resolve(description, schema.$ref) as Json) : schema;
}

function propertiesOf(given: Json, prefix = '', isAbove = true): Property[] {
  const schema = resolved(given);
  const parts = ((schema.allOf ?? []) as Json[]).flatMap((part) => propertiesOf(part, prefix, isAbove));
  const required = new Set((schema.required ?? []) as string[]);
  return [
    ...parts,
    ...Object.entries((schema.properties ?? {}) as Record<string, Json>).flatMap(([key, value]) => {
      const property = resolved(value);
      const isRequired = isAbove && required.has(key);
      return property.properties
        ? propertiesOf(property, `${prefix}${key}.`, isRequired)
        : [{ name: prefix + key, schema: property, isRequired }];
    }),
  ];
}

function operationNamed(name: OperationName) {
  const { method, path } = operations[name];
  return placeOf(description, `${method} ${path}`);
}

/** Properties that no form asks for, and why. */
const leftOut: Readonly<Partial<Record<OperationName, Readonly<Record<string, string>>>>> = {
  updatePhpMaxUploadSize: {
    max_execution_time: 'has an operation of its own',
    opcache: 'has an operation of its own',
  },
  updatePhpMaxExecutionTime: {
    max_upload_size: 'has an operation of its own',
    opcache: 'has an operation of its own',
  },
  createTeam: { users: "Forge's API doesn't list an organization's people" },
  updateTeam: { users: 'members have operations of their own' },
  updateStorageProvider: { use_ec2_assumed_role: 'an older name of assume_role' },
};

/** Values that no form offers, and why. */
const leftOutValues: readonly Value[] = [
  // Forge no longer installs these.
  'php56-old',
  'php5',
];

const typesOf: Readonly<Record<Field['type'], readonly string[]>> = {
  text: ['string'],
  secret: ['string'],
  document: ['string'],
  number: ['integer', 'number'],
  yesNo: ['boolean'],
  words: ['array'],
  choice: ['string', 'integer'],
  choices: ['array'],
  resource: ['integer', 'string'],
  resources: ['array'],
  entries: ['array'],
};

/** What a schema allows, of all its alternatives. */
function alternatives(schema: Json): readonly Json[] {
  return schema.anyOf ? (schema.anyOf as Json[]).map(resolved) : [schema];
}

function checkForm(id: KindId, operation: OperationName, fields: readonly Field[]) {
  const place = operationNamed(operation);
  assert.ok(place, operation);
  checkFields(
    `${id}: ${operation}`,
    propertiesOf(bodySchemaOf(description, place.operation) ?? {}),
    fields,
    leftOut[operation] ?? {},
  );
  for (const { name } of fields.filter(({ isInPath }) => isInPath)) {
    assert.ok(operations[operation].path.includes(`{${name}}`), `${operation}: ${name}`);
  }
}

function checkFields(
  where: string,
  properties: readonly Property[],
  fields: readonly Field[],
  missing: Readonly<Record<string, string>>,
) {
  const sent = fields.filter(({ isInPath }) => !isInPath);
  const names = [...new Set(properties.map(({ name }) => name))].filter((name) => !missing[name]);
  assert.deepEqual([...new Set(sent.map(({ name }) => name))].sort(), names.sort(), where);
  for (const field of sent) {
    const what = `${where}: ${field.name}`;
    const found = properties.filter(({ name }) => name === field.name);
    const schemas = found.flatMap(({ schema }) => alternatives(schema));
    assert.ok(!found.some(({ isRequired }) => isRequired) || field.isRequired, `${what} is required`);
    const types = schemas.flatMap(({ type }) => (Array.isArray(type) ? (type as string[]) : [String(type)]));
    const expected = field.type === 'number' && field.isText ? ['string'] : typesOf[field.type];
    assert.ok(
      types.some((type) => expected.includes(type)),
      `${what} is ${types.join(' or ')}, not ${field.type}`,
    );
    const limits = <Name extends string>(name: Name) =>
      schemas.map((schema) => schema[name]).find((limit) => limit !== undefined);
    if (field.type === 'text' || field.type === 'secret') {
      assert.equal(field.maxLength, limits('maxLength'), `${what}: length`);
    }
    if (field.type === 'number' && !field.isText && found.length === 1) {
      assert.ok(limits('minimum') === undefined || field.min === limits('minimum'), `${what}: minimum`);
      assert.ok(limits('maximum') === undefined || field.max === limits('maximum'), `${what}: maximum`);
    }
    const values = schemas.flatMap((schema) => (schema.enum ?? []) as Value[]).filter((value) => value !== null);
    if (values.length > 0) {
      assert.ok(field.type === 'choice', `${what} has a fixed set of values`);
      const offered = field.options.map(({ value }) => value);
      assert.deepEqual([...offered].sort(), values.filter((value) => !leftOutValues.includes(value)).sort(), what);
    }
    if (field.type === 'entries') {
      checkFields(what, propertiesOf((schemas[0]?.items ?? {}) as Json), field.fields, {});
    }
  }
}

function formsOf(id: KindId): readonly (Pick<Form, 'operation'> & { readonly fields: readonly Field[] })[] {
  const { create, edit, actions = {} } = kindOf(id);
  return [create, edit, ...Object.values(actions)].flatMap((form) =>
    form?.fields ? [{ operation: form.operation, fields: form.fields }] : [],
  );
}

describe('The catalogue of resources', () => {
  it('names operations that are of its place, and its own parameter in those of one resource', () => {
    const placeOfKind = {
      organization: /^(\/orgs\/\{organization\}\/(?!servers\/\{)|\/[a-z-]+$)/,
      server: /\/servers\/\{server\}(\/(?!sites\/\{)|$)/,
      site: /\/sites\/\{site\}\/|\/servers\/\{server\}\/background-processes/,
    };
    for (const id of kindIds) {
      const { on, list, single, show, parameter, edit, actions = {} } = kindOf(id);
      for (const name of [list, single]) {
        assert.ok(!name || typeof on !== 'string' || placeOfKind[on].test(operations[name].path), `${id}: ${name}`);
      }
      const own = Object.values(actions).filter(({ isOnParent }) => !isOnParent);
      for (const name of isSingle(id) ? [] : [show, edit?.operation, ...own.map(({ operation }) => operation)]) {
        assert.ok(name === undefined || operations[name].path.includes(`{${parameter}}`), `${id}: ${name}`);
      }
      assert.equal([list, single, kindOf(id).known].filter(Boolean).length, kindOf(id).isInFleet ? 0 : 1, id);
    }
  });

  it('has words for each kind and group, the same for no two groups below one place', () => {
    const below = kindIds.map((kind) => ({ kind }));
    for (const on of ['organization', 'server', 'site', ...below] as const) {
      const headings = groupsOn(on).map(({ id }) => headingOf(id));
      assert.equal(new Set(headings).size, headings.length);
      for (const { id, kinds: inGroup } of groupsOn(on)) {
        assert.deepEqual(
          inGroup.filter((kind) => kindsNamed(id).includes(kind)),
          kindsNamed(id),
        );
      }
    }
    assert.ok(kindIds.every((id) => wordsOf(id).one !== ''));
  });

  it('asks in each form for exactly what Forge takes, within its limits', () => {
    for (const id of kindIds) {
      for (const { operation, fields } of formsOf(id)) {
        checkForm(id, operation, fields);
      }
    }
  });

  it('sends in each action a body that Forge takes', () => {
    for (const id of kindIds) {
      for (const [name, { operation, body, fields }] of Object.entries(kindOf(id).actions ?? {})) {
        const place = operationNamed(operation);
        assert.ok(place, operation);
        const given = typeof body === 'function' ? body({ id: '7', attributes: { version: '8.4' } }) : (body ?? {});
        const schema = bodySchemaOf(description, place.operation);
        const properties = schema ? propertiesOf(schema) : [];
        const names = [...Object.keys(given), ...(fields ?? []).map((field) => field.name)];
        const required = properties.filter(({ isRequired }) => isRequired).map((property) => property.name);
        assert.ok(
          required.every((one) => names.includes(one)),
          `${id}: ${name} sends all that is required`,
        );
        for (const [key, value] of Object.entries(given)) {
          const property = properties.find((one) => one.name === key);
          assert.ok(property, `${id}: ${name}: ${key}`);
          const values = property.schema.enum as Value[] | undefined;
          assert.ok(!values || values.includes(value as Value), `${id}: ${name}: ${key} ${String(value)}`);
        }
      }
    }
  });

  it('takes options only from kinds that there are', () => {
    const sources = (field: Field): string[] =>
      field.type === 'entries'
        ? field.fields.flatMap(sources)
        : (field.type === 'resource' || field.type === 'resources') && 'kind' in field.from
          ? [field.from.kind]
          : [];
    const named = kindIds.flatMap((id) => formsOf(id).flatMap(({ fields }) => fields.flatMap(sources)));
    const above = kindIds.flatMap((id) => {
      const { on } = kindOf(id);
      return typeof on === 'string' ? [] : [on.kind];
    });
    const affected = kindIds.flatMap((id) =>
      Object.values(kindOf(id).actions ?? {}).flatMap(({ affects = [] }) => affects),
    );
    assert.deepEqual(
      [...named, ...above, ...affected].filter((kind) => !isKind(kind)),
      [],
    );
  });

  it('reaches every operation of the API from one row, but for those with a reason', () => {
    const { byKind, elsewhere } = reach();
    const all = Object.keys(operations) as OperationName[];
    assert.deepEqual(
      all.filter((name) => !byKind.has(name) && !elsewhere.has(name)).sort(),
      Object.keys(unreached).sort(),
    );
    // The same processes are below a server and its sites, and both PHP settings are one form.
    const changes = [...byKind].filter(([name, of]) => operations[name].method !== 'GET' && of.length > 1);
    assert.deepEqual(
      changes
        .map(([, of]) => [...new Set(of)].sort().join(' '))
        .filter((of) => of !== 'backgroundProcesses siteBackgroundProcesses'),
      [],
    );
    assert.ok(kindIds.every((id) => operationsOfKind(id).length > 0));
  });

  it('is all that knows a kind: a row of a test is found, named and acted on like any', () => {
    const own = {
      on: 'server',
      icon: 'beaker',
      list: 'listSshKeys',
      parameter: 'key',
      name: ({ name }: Json) => String(name),
      docs: 'ssh',
      actions: { delete: kindOf('sshKeys').actions?.delete },
    };
    Object.assign(kinds, { ofTest: own });
    try {
      const id = 'ofTest' as KindId;
      const resource = { id: '7', attributes: { name: 'A key' } };
      assert.equal(isKind(id), true);
      assert.deepEqual(kindsNamed(id), [id]);
      assert.deepEqual([nameOf(id, resource), actionsOf(id, resource)], ['A key', ['delete']]);
    } finally {
      Reflect.deleteProperty(kinds, 'ofTest');
    }
    const source = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/resources.(\w+Kinds|resourceWords)\.ts$/.test(file))
      .map((file) => [file, readFileSync(join(projectRoot, 'src', file), 'utf8')] as const);
    // Words that others use, too: a list of Forge, a part of the tree, and those of the logs that a server has.
    const shared = new Set([
      'pulse',
      'maintenance',
      'serverKey',
      'servers',
      'sites',
      'commands',
      'events',
      'backgroundProcesses',
      'scheduledJobs',
      'siteScheduledJobs',
      'siteBackgroundProcesses',
      'recipes',
      'supervisor',
      'phpVersions',
      'network',
      'nginx',
    ]);
    const named = source.flatMap(([file, text]) =>
      kindIds.filter((id) => !shared.has(id) && new RegExp(`'${id}'`).test(text)).map((id) => `${file}: ${id}`),
    );
    assert.deepEqual(named, []);
  });

  it('has a page of the documentation for each kind', () => {
    assert.deepEqual(
      kindIds.filter((id) => !/^[a-z-]+(\/[a-z-]+)?$/.test(kindOf(id).docs)),
      [],
    );
  });

  it('lets what runs or comes be stopped or deleted, and leaves alone what goes already', () => {
    const actions = (id: KindId, status: string) => actionsOf(id, { id: '7', attributes: { status } });
    assert.deepEqual(actions('commands', 'running'), ['delete']);
    assert.deepEqual(actions('databases', 'installing'), ['delete']);
    assert.deepEqual(actions('databases', 'removing'), []);
  });

  it('tells a state on the way to another from one that lasts', () => {
    const states = [
      'installing',
      'removing',
      'waiting',
      'running',
      'deploying',
      'installed',
      'missing',
      'pending',
      'ALERT',
      null,
    ];
    assert.deepEqual(states.filter(isChanging), ['installing', 'removing', 'waiting', 'running', 'deploying']);
  });
});
