/**
 * What a command acts on. Each row of the tree is one, and nothing else is handed to a command: how it stands is asked of the fleet when
 * the command runs.
 */
export type Target =
  | { readonly kind: 'organization'; readonly key: string }
  | { readonly kind: 'server'; readonly key: string }
  | { readonly kind: 'site'; readonly key: string }
  | { readonly kind: 'deployment'; readonly siteKey: string; readonly deploymentId: string };

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

/** The target that a command was given by VS Code, by this extension or by a key of the person's own; undefined for anything else. */
export function asTarget(given: unknown): Target | undefined {
  const { kind, key, siteKey, deploymentId } = (typeof given === 'object' && given !== null ? given : {}) as Record<
    string,
    unknown
  >;
  if ((kind === 'organization' || kind === 'server' || kind === 'site') && typeof key === 'string') {
    return { kind, key };
  }
  return kind === 'deployment' && typeof siteKey === 'string' && typeof deploymentId === 'string'
    ? { kind, siteKey, deploymentId }
    : undefined;
}
