import type { Site } from '../forge/resources';

/** How long an answer is waited for, in milliseconds. */
const timeoutMs = 15_000;

/** How a site answers. */
export interface SiteAnswer {
  /** The HTTP status; undefined where it did not answer. */
  readonly status: number | undefined;
  /** Milliseconds until it did. */
  readonly ms: number;
}

/**
 * Asks a site whether it answers. No token goes along.
 * @param at a path on the site, such as /up, or an address
 * @returns undefined where that makes no address of http or https. Never rejects.
 */
export async function checkSite(site: Site, at: string, userAgent: string): Promise<SiteAnswer | undefined> {
  const url = addressOf(site, at);
  if (!url) {
    return undefined;
  }
  const { default: fetch } = await import('node-fetch');
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    const response = await fetch(url, {
      headers: { 'user-agent': userAgent },
      signal: AbortSignal.timeout(timeoutMs) as NonNullable<NonNullable<Parameters<typeof fetch>[1]>['signal']>,
    });
    response.body?.resume();
    return { status: response.status, ms: took() };
  } catch {
    return { status: undefined, ms: took() };
  }
}

function addressOf({ url, name }: Site, at: string): string | undefined {
  try {
    const address = new URL(at, url ?? `https://${name}`);
    return ['http:', 'https:'].includes(address.protocol) ? address.href : undefined;
  } catch {
    return undefined;
  }
}
