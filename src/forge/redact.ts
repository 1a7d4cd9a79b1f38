/** Replaces a secret. */
export const mask = '•••';

/** Each either fails within a few characters or consumes all that it has read, so that any text is read once. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\bBearer\s+[^\s"',]+/gi, `Bearer ${mask}`],
  // Forge tokens are JSON web tokens (README.md, Tokens). A truncated one is still part of a secret.
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g, mask],
  // Deploy hooks and heartbeats are URLs that act when they are opened.
  [/([?&](?:token|key|secret|signature)=)[^&\s"']+/gi, `$1${mask}`],
  // Text that is cut off inside a secret ends without a quotation mark.
  [
    /("(?:deployment_url|ping_url|password|sudo_password|token|content)"\s*:\s*)"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)/gi,
    `$1"${mask}"`,
  ],
];

/** The text without tokens and without the secrets in ordinary Forge responses (README.md, Secrets). */
export function redact(text: string): string {
  return patterns.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
