// What VS Code's own log has to say in every run of the stand-in, in the words of 1.100 and 1.139. The page sends it
// through the same function as the console of the tests.
const noise = [
  /^(Resolving|Resolved) connection token /,
  /^Creating a socket \(renderer-/,
  /^\[(reconnection-grace-time|AgentHost:remote|AccountPolicyGate|Service Worker)\]/,
  /^Updating additional builtin extensions cache$/,
  /^ChatSessionStore: /,
  // The gallery of extensions, out of reach.
  /^getaddrinfo \w+ open-vsx\.org/,
  // Whatever the workbench still waited for when the tests ended.
  /^Canceled: Canceled/,
];

/** Whether a line that the page logs is VS Code's own and says nothing about a test. */
export function isWorkbenchNoise(line: string): boolean {
  return noise.some((pattern) => pattern.test(line));
}
