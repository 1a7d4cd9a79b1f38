/**
 * Whether a token may be sent to this address: https, or http on this machine, without credentials, query or fragment.
 */
export function isAcceptableApiUrl(text: string): boolean {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return false;
  }
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  // A query or fragment that is empty is not in `url`, and would swallow the paths that are put behind it.
  const plain = url.username === '' && url.password === '' && !/[?#]/.test(text);
  return plain && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback));
}
