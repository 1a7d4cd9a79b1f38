import type { ForgeClient } from '../forge/client';
import type { Clock } from '../forge/clock';
import type { Limiter } from '../forge/limiter';
import type { User } from '../forge/resources';

/** A signed-in token. Signing out aborts `signal`, and drops what the account has loaded. */
export interface Account {
  readonly id: string;
  /** Identifies user and API URL, and stays the same when the user signs in again. */
  readonly key: string;
  readonly user: User;
  /** Its display name: the user's name, or else the email address. */
  readonly label: string;
  /** `environment`: from FORGE_API_TOKEN, never stored. */
  readonly source: 'stored' | 'environment';
  /** When the token says it expires, in milliseconds since 1970; null if it never does or doesn't say. */
  readonly expiresAt: number | null;
  readonly apiUrl: string;
  readonly client: ForgeClient;
  readonly limiter: Limiter;
  /** The clock for everything done for this account. */
  readonly clock: Clock;
  /** Aborted on sign-out. */
  readonly signal: AbortSignal;
}

/** Who is signed in. Replaced as a whole, never changed. */
export type Session =
  | { readonly state: 'signedOut' }
  | { readonly state: 'signedIn'; readonly accounts: readonly [Account, ...Account[]] };

/** The accounts of a session; none if nobody is signed in. */
export function accountsOf(session: Session): readonly Account[] {
  return session.state === 'signedIn' ? session.accounts : [];
}
