import type { ForgeClient } from '../forge/client';
import type { Clock } from '../forge/clock';
import type { Limiter } from '../forge/limiter';
import type { User } from '../forge/resources';

/** One signed-in token. It lives until it is signed out; then `signal` is aborted and what it fetched is dropped. */
export interface Account {
  readonly id: string;
  /** Stands for user and address, also after the same user has signed in again. */
  readonly key: string;
  readonly user: User;
  /** What a person calls it: the user's name, else the e-mail address. */
  readonly label: string;
  /** `environment`: from FORGE_API_TOKEN, never stored. */
  readonly source: 'stored' | 'environment';
  /** When the token ends, milliseconds since 1970, as it says itself; null where it does not end or does not tell. */
  readonly expiresAt: number | null;
  readonly apiUrl: string;
  readonly client: ForgeClient;
  readonly limiter: Limiter;
  /** What is done for it goes by this. */
  readonly clock: Clock;
  /** Aborted on sign-out. */
  readonly signal: AbortSignal;
}

/** Who is signed in. Replaced as a whole, never changed. */
export type Session =
  | { readonly state: 'signedOut' }
  | { readonly state: 'signedIn'; readonly accounts: readonly [Account, ...Account[]] };

/** The accounts of a session; none where nobody is signed in. */
export function accountsOf(session: Session): readonly Account[] {
  return session.state === 'signedIn' ? session.accounts : [];
}
