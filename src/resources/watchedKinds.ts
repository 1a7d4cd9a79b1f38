import * as l10n from '@vscode/l10n';
import { time } from '../forge/resources';
import { backupProblem } from './backupProblem';
import type { Kind, Watch } from './kind';

/** The part of a kind that findings need. */
interface Watched extends Pick<Kind, 'icon'> {
  readonly watch: Watch;
}

/**
 * The kinds that Check Fleet looks at, most urgent first. Apart from the catalogue, which takes longer to load than the tree that shows
 * what was found.
 */
export const watchedKinds = {
  backups: {
    icon: 'archive',
    watch: {
      title: () => l10n.t('Failed or overdue backups'),
      isFor: (entry) => !('server' in entry) || entry.server?.databaseType !== '',
      newest: 'listBackups',
      problem: backupProblem,
      words: (name, state) =>
        state.startsWith('failed') ? l10n.t('backup failed: {0}', name) : l10n.t('backup overdue: {0}', name),
    },
  },
  monitors: {
    icon: 'pulse',
    watch: {
      title: () => l10n.t('Monitors in alert'),
      problem: ({ state, state_changed_at }) => {
        const since = time(state_changed_at);
        return state === 'ALERT' ? { state: String(since ?? state), since } : undefined;
      },
      words: (name) => l10n.t('monitor alert: {0}', name),
    },
  },
  heartbeats: {
    icon: 'heart',
    watch: {
      title: () => l10n.t('Missing heartbeats'),
      problem: ({ status }) => (status === 'missing' ? { state: 'missing', since: null } : undefined),
      words: (name) => l10n.t('heartbeat missing: {0}', name),
    },
  },
} as const satisfies Readonly<Record<string, Watched>>;

export type WatchedId = keyof typeof watchedKinds;

export const watchedIds = Object.keys(watchedKinds) as readonly WatchedId[];

/** What findings of a kind need; undefined for other kinds of findings. */
export function watchedOf(kind: string): Watched | undefined {
  return Object.hasOwn(watchedKinds, kind) ? watchedKinds[kind as WatchedId] : undefined;
}
