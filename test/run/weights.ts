/** What a window takes to open and to close, in seconds. */
export const windowSeconds = 10;

/** What modules that need a window took, in seconds, with two windows at once on two processors; printed when a job ends. */
const measured: Readonly<Record<string, number>> = {
  'e2e/deploy': 60,
  'e2e/environmentToken': 93,
  'e2e/files': 170,
  'e2e/largeFleet': 140,
  'e2e/logs': 110,
  'e2e/mainPath': 165,
  'e2e/multiRoot': 32,
  'e2e/secrets': 138,
  'e2e/twoWindows': 63,
  'installed/installed': 4,
  'integration/arrangement': 26,
  'integration/deploymentLog': 55,
  'integration/extension': 83,
  'integration/files': 104,
  'integration/fleet': 18,
  'integration/fleetTroubles': 43,
  'integration/goTo': 16,
  'integration/nextWindow': 1,
  'integration/replacedRows': 1,
  'integration/siteLogs': 82,
};

/** About how many seconds a module takes, without the window. */
export function weightOf(folder: string, module: string): number {
  return measured[`${folder}/${module}`] ?? 30;
}
