/**
 * What a command acts on. Each row of the tree is one, and commands get nothing else: they ask the fleet for the current state when they
 * run.
 */
export type Target =
  | { readonly kind: 'organization'; readonly key: string }
  | { readonly kind: 'server'; readonly key: string }
  | { readonly kind: 'site'; readonly key: string }
  | { readonly kind: 'deployment'; readonly siteKey: string; readonly deploymentId: string }
  /** A resource, by its kind in the catalogue and the key of what it belongs to. */
  | { readonly kind: 'resource'; readonly of: string; readonly at: string; readonly resourceId: string }
  /** Something that needs attention. */
  | { readonly kind: 'finding'; readonly finding: string; readonly at: string }
  /** All resources of a kind that belong to the same thing, or those that share its heading. */
  | { readonly kind: 'resources'; readonly of: string; readonly at: string };

interface Keyed {
  readonly key: string;
}

export function siteTarget({ key }: Keyed): Target {
  return { kind: 'site', key };
}

export function serverTarget({ key }: Keyed): Target {
  return { kind: 'server', key };
}

export function deploymentTarget({ key }: Keyed, { id }: { readonly id: string }): Target {
  return { kind: 'deployment', siteKey: key, deploymentId: id };
}

export function resourceTarget(at: string, of: string, resourceId: string): Target {
  return { kind: 'resource', of, at, resourceId };
}

export function resourcesTarget(at: string, of: string): Target {
  return { kind: 'resources', of, at };
}

/** The target that a command was called with, by VS Code, this extension or a user's keybinding; undefined for anything else. */
export function asTarget(given: unknown): Target | undefined {
  const { kind, key, siteKey, deploymentId, of, group, at, resourceId, finding } = (
    typeof given === 'object' && given !== null ? given : {}
  ) as Record<string, unknown>;
  if ((kind === 'organization' || kind === 'server' || kind === 'site') && typeof key === 'string') {
    return { kind, key };
  }
  if (kind === 'resource' && typeof of === 'string' && typeof at === 'string' && typeof resourceId === 'string') {
    return { kind, of, at, resourceId };
  }
  if (kind === 'resources' && typeof of === 'string' && typeof at === 'string') {
    return { kind, of, at };
  }
  if (kind === 'finding' && typeof finding === 'string' && typeof at === 'string') {
    return { kind, finding, at };
  }
  // A row of a heading.
  if (kind === 'group' && typeof group === 'string' && typeof at === 'string') {
    return { kind: 'resources', of: group, at };
  }
  return kind === 'deployment' && typeof siteKey === 'string' && typeof deploymentId === 'string'
    ? { kind, siteKey, deploymentId }
    : undefined;
}
