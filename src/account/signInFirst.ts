import type { Accounts } from './accounts';

/** Whether somebody is signed in, or signs in now because what they want needs it. */
export async function signInFirst(accounts: Pick<Accounts, 'ready' | 'session' | 'signIn'>): Promise<boolean> {
  await accounts.ready;
  return accounts.session.state === 'signedIn' || accounts.signIn();
}
