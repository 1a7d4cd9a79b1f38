import type { FleetEntry } from '../fleet/rows';
import { type AnyResource, line } from '../forge/resources';
import type { Action, Kind, Place } from './kind';
import { organizationKinds } from './organizationKinds';
import { serverKinds } from './serverKinds';
import { siteKinds } from './siteKinds';

/**
 * Every kind of resource. To add one, add a row to its file and words to resourceWords.ts. The order is that in which groups stand below
 * their place.
 */
export const kinds = { ...serverKinds, ...siteKinds, ...organizationKinds } as const satisfies Readonly<
  Record<string, Kind>
>;

export type KindId = keyof typeof kinds;

/** A kind by its id, as a plain row of the table. */
export function kindOf(id: KindId): Kind {
  return kinds[id];
}

export function isKind(text: string): text is KindId {
  return Object.hasOwn(kinds, text);
}

const kindIds = Object.keys(kinds) as readonly KindId[];

/** The kinds below a place, or below a resource of a kind, in order. Without those whose rows are in the other view. */
export function kindsOn(on: Place | { readonly kind: KindId }): readonly KindId[] {
  return kindIds.filter((id) => {
    const { on: own, isInFleet } = kindOf(id);
    return !isInFleet && (typeof on === 'string' ? own === on : typeof own !== 'string' && own.kind === on.kind);
  });
}

/** The kinds by which two places are compared, each read with a request or more. */
export function comparedKinds(on: Place): readonly KindId[] {
  return kindsOn(on).filter((id) => !kindOf(id).isHistory && !kindOf(id).known);
}

/** Kinds that share a heading. */
export interface Group {
  readonly id: string;
  readonly kinds: readonly KindId[];
}

/** The groups below a place, or below a resource of a kind, in order. */
export function groupsOn(on: Place | { readonly kind: KindId }): readonly Group[] {
  const groups = new Map<string, KindId[]>();
  for (const id of kindsOn(on)) {
    const group = kindOf(id).group ?? id;
    groups.set(group, [...(groups.get(group) ?? []), id]);
  }
  return [...groups].map(([id, inGroup]) => ({ id, kinds: inGroup }));
}

/** The kinds that a group's id stands for, or a kind's own. */
export function kindsNamed(id: string): readonly KindId[] {
  return isKind(id) ? [id] : kindIds.filter((kind) => kindOf(kind).group === id);
}

/** The kind that a command creates one of below a row of the fleet; undefined if there is none. */
export function kindCreatedBy(command: NonNullable<Kind['command']>, entry: FleetEntry): KindId | undefined {
  const place = placeOf(entry);
  return kindIds.find((id) => {
    const { command: own, on, isFor } = kindOf(id);
    return own === command && on === place && (isFor?.(entry) ?? true);
  });
}

/** The kind that a server or a site is itself. */
export function kindOfRow(entry: FleetEntry): KindId | undefined {
  const row = placeOf(entry);
  return kindIds.find((id) => kindOf(id).isInFleet && kindOf(id).parameter === row && kindOf(id).edit);
}

export function placeOf(entry: FleetEntry): Place {
  return 'site' in entry ? 'site' : 'server' in entry ? 'server' : 'organization';
}

/** Whether a kind has exactly one resource, which is called what the kind is called. */
export function isSingle(id: KindId): boolean {
  const { single, known } = kindOf(id);
  return single !== undefined || known !== undefined;
}

/** How a resource is, in Forge's words; null if Forge doesn't say. */
export function stateOf(id: KindId, { attributes }: AnyResource): string | null {
  const { state } = kindOf(id);
  return state === undefined ? null : line(attributes[state]);
}

/** Words that end like those of a change, but aren't. */
const lasting = /^(?:missing|pending|beating)$/i;

/** Whether a state is a passing one, such as installing or removing. */
export function isChanging(state: string | null): boolean {
  return state !== null && /ing$/i.test(state) && !lasting.test(state);
}

/** Whether a state is that of something that goes away. */
function isLeaving(state: string | null): boolean {
  return state !== null && /^(?:remov|delet|uninstall)ing$/i.test(state);
}

/** Whether someone should look into a state. */
export function isBad(state: string | null): boolean {
  return state !== null && /^(?:alert|missing|failed.*|timeout)$/i.test(state);
}

/** An action by its name; undefined if the kind has no such action. */
export function actionOf(id: KindId, name: string): Action | undefined {
  const { actions = {} } = kindOf(id);
  return Object.hasOwn(actions, name) ? actions[name] : undefined;
}

/** The names of the actions that make sense now. */
export function actionsOf(id: KindId, resource: AnyResource): readonly string[] {
  const state = stateOf(id, resource);
  const isBusy = isChanging(state);
  return Object.entries(kindOf(id).actions ?? {})
    .filter(([, { isDeletion }]) => !isBusy || (isDeletion && !isLeaving(state)))
    .filter(([, { when }]) =>
      typeof when === 'function' ? when(resource.attributes) : !when || state === null || when.includes(state),
    )
    .map(([name]) => name);
}
