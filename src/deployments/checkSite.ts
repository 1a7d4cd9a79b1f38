import type { SiteEntry } from '../fleet/rows';
import type { Site } from '../forge/resources';

/** How long to wait for a response, in milliseconds. */
const timeoutMs = 15_000;

/** How a site responds. */
export type SiteAnswer =
  /** The setting has no valid address. */
  | { readonly kind: 'noAddress' }
  | { readonly kind: 'silent' }
  /** @property status of HTTP @property ms milliseconds until the response */
  | { readonly kind: 'answered'; readonly status: number; readonly ms: number };

/**
 * Checks whether a site responds. Sends no token.
 * @param at a path on the site, such as /up, or an address
 * @returns how it responds. Never rejects.
 */
export async function checkSite(
  { site, account: { clock, signal } }: SiteEntry,
  at: string,
  userAgent: string,
): Promise<SiteAnswer> {
  const url = addressOf(site, at);
  if (!url) {
    return { kind: 'noAddress' };
  }
  const { default: fetch } = await import('node-fetch');
  const started = clock.elapsed();
  const patience = clock.patience(timeoutMs);
  const took = () => Math.round(clock.elapsed() - started);
  try {
    const response = await fetch(url, {
      headers: { 'user-agent': userAgent },
      signal: AbortSignal.any([signal, patience.signal]) as NonNullable<
        NonNullable<Parameters<typeof fetch>[1]>['signal']
      >,
    });
    response.body?.resume();
    return { kind: 'answered', status: response.status, ms: took() };
  } catch {
    return { kind: 'silent' };
  } finally {
    patience.end();
  }
}

function addressOf({ url, name }: Site, at: string): string | undefined {
  try {
    const home = url ?? name;
    const address = new URL(at, /^https?:\/\//i.test(home) ? home : `https://${home}`);
    return ['http:', 'https:'].includes(address.protocol) ? address.href : undefined;
  } catch {
    return undefined;
  }
}
