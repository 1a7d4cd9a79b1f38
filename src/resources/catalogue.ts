import type { FleetEntry } from '../fleet/rows';
import { type AnyResource, line } from '../forge/resources';
import type { Action, Kind, Place } from './kind';
import { organizationKinds } from './organizationKinds';
import { serverKinds } from './serverKinds';
import { siteKinds } from './siteKinds';

/**
 * Every kind of resource. To add one, add a row to its file and words to resourceWords.ts. Groups appear in this order.
 */
export const kinds = { ...serverKinds, ...siteKinds, ...organizationKinds } as const satisfies Readonly<
  Record<string, Kind>
>;

export type KindId = keyof typeof kinds;

/** The kind with an id. */
export function kindOf(id: KindId): Kind {
  return kinds[id];
}

export function isKind(text: string): text is KindId {
  return Object.hasOwn(kinds, text);
}

const kindIds = Object.keys(kinds) as readonly KindId[];

/** The kinds below a place, or below a resource of a kind, in order. Leaves out servers and sites, which have their own view. */
export function kindsOn(on: Place | { readonly kind: KindId }): readonly KindId[] {
  return kindIds.filter((id) => {
    const { on: own, isInFleet } = kindOf(id);
    return !isInFleet && (typeof on === 'string' ? own === on : typeof own !== 'string' && own.kind === on.kind);
  });
}

/** The kinds to compare between two places. Each takes at least one request. */
export function comparedKinds(on: Place): readonly KindId[] {
  return kindsOn(on).filter((id) => !kindOf(id).isHistory && !kindOf(id).known);
}

/** Kinds under one heading. */
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

/** The kinds of a group, or the kind itself. @param id of a group or a kind */
export function kindsNamed(id: string): readonly KindId[] {
  return isKind(id) ? [id] : kindIds.filter((kind) => kindOf(kind).group === id);
}

/** The kind that a command creates below a row of the fleet; undefined if none. */
export function kindCreatedBy(command: NonNullable<Kind['command']>, entry: FleetEntry): KindId | undefined {
  const place = placeOf(entry);
  return kindIds.find((id) => {
    const { command: own, on, isFor } = kindOf(id);
    return own === command && on === place && (isFor?.(entry) ?? true);
  });
}

/** The kind of a server or site itself; undefined for an organization. */
export function kindOfRow(entry: FleetEntry): KindId | undefined {
  const row = placeOf(entry);
  return kindIds.find((id) => kindOf(id).isInFleet && kindOf(id).parameter === row && kindOf(id).edit);
}

export function placeOf(entry: FleetEntry): Place {
  return 'site' in entry ? 'site' : 'server' in entry ? 'server' : 'organization';
}

/** Whether a kind has exactly one resource, which has the kind's name. */
export function isSingle(id: KindId): boolean {
  const { single, known } = kindOf(id);
  return single !== undefined || known !== undefined;
}

/** A resource's state, in Forge's words; null if Forge doesn't report one. */
export function stateOf(id: KindId, { attributes }: AnyResource): string | null {
  const { state } = kindOf(id);
  return state === undefined ? null : line(attributes[state]);
}

/** States that end in -ing but aren't temporary. */
const lasting = /^(?:missing|pending|beating)$/i;

/** Whether a state is temporary, such as installing or removing. */
export function isChanging(state: string | null): boolean {
  return state !== null && /ing$/i.test(state) && !lasting.test(state);
}

/** Whether a state is that of something that goes away. */
function isLeaving(state: string | null): boolean {
  return state !== null && /^(?:remov|delet|uninstall)ing$/i.test(state);
}

/** Whether a state needs attention. */
export function isBad(state: string | null): boolean {
  return state !== null && /^(?:alert|missing|failed.*|timeout)$/i.test(state);
}

/** An action by its name; undefined if the kind has no such action. */
export function actionOf(id: KindId, name: string): Action | undefined {
  const { actions = {} } = kindOf(id);
  return Object.hasOwn(actions, name) ? actions[name] : undefined;
}

/** The names of the actions available now; none while the resource is changing. */
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
