import { type Group, groupsOn, kindOf } from '../src/resources/catalogue';
import { headingOf, wordsOf } from '../src/resources/resourceWords';
import { type Written, withPart } from './markedPart';

const places = { site: 'Site', server: 'Server', organization: 'Organization' } as const;

/** What can be done with which resource, as the README has it. */
export function resourcesTable(): string {
  const rows = (Object.keys(places) as (keyof typeof places)[]).flatMap((on) =>
    groupsOn(on).flatMap((group) => rowsOf(group, places[on])),
  );
  return [
    '| Of | Resource | Create | Edit | Delete | Other actions |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function rowsOf(group: Group, place: string): readonly string[] {
  const all = group.kinds.map(kindOf);
  const isMixed = group.kinds.length > 1 && group.id !== group.kinds[0];
  const names = isMixed ? `: ${group.kinds.map((id) => wordsOf(id).many).join(', ')}` : '';
  const actions = all.flatMap(({ actions: own = {} }) => Object.values(own));
  const others = [
    ...actions.filter(({ isDeletion }) => !isDeletion).map(({ word }) => word()),
    ...all.flatMap(({ copies = [] }) => copies.map(({ word }) => word())),
    ...(all.some(({ output }) => output) ? ['View Output'] : []),
    ...(all.some(({ file }) => file) ? ['Open Text'] : []),
  ];
  const mark = (is: boolean) => (is ? '✓' : '');
  const cells = [
    place,
    headingOf(group.id) + names,
    mark(all.some(({ create, createdBy }) => create ?? createdBy)),
    mark(all.some(({ edit }) => edit)),
    mark(actions.some(({ isDeletion }) => isDeletion)),
    [...new Set(others)].join(', '),
  ];
  const below = group.kinds.flatMap((kind) =>
    groupsOn({ kind }).flatMap((inner) => rowsOf(inner, `${place} › ${wordsOf(kind).many}`)),
  );
  return [`| ${cells.join(' | ')} |`, ...below];
}

/** The README with the table as it should be. */
export function readmeWithResources(): Written {
  return withPart('README.md', 'resources', resourcesTable());
}
