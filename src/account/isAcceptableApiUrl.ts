/**
 * Whether a token may be sent to this URL: https, or http on this machine, without credentials, query or fragment.
 */
export function isAcceptableApiUrl(text: string): boolean {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return false;
  }
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  // An empty query or fragment isn't in `url`, and would swallow the paths that are appended.
  const plain = url.username === '' && url.password === '' && !/[?#]/.test(text);
  return plain && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback));
}
