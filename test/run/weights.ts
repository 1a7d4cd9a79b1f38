/** What a window takes to open and to close, in seconds. */
export const windowSeconds = 10;

/** What modules took, in seconds, with two windows or processes at once on two processors; of those with a window it is printed when a job ends. */
const measured: Readonly<Record<string, number>> = {
  'e2e/accessibility': 10,
  'e2e/assistant': 8,
  'e2e/deploy': 16,
  'e2e/environmentToken': 32,
  'e2e/files': 48,
  'e2e/largeFleet': 26,
  'e2e/logs': 28,
  'e2e/mainPath': 39,
  'e2e/multiRoot': 16,
  'e2e/readmePictures': 16,
  'e2e/secrets': 62,
  'e2e/servers': 16,
  'e2e/translations': 50,
  'e2e/twoWindows': 24,
  'e2e/walkthrough': 17,
  'installed/installed': 1,
  'integration/arrangement': 9,
  'integration/assistant': 10,
  'integration/attention': 3,
  'integration/catalogue': 14,
  'integration/deploy': 39,
  'integration/deploymentLog': 14,
  'integration/extension': 7,
  'integration/faultMatrix': 9,
  'integration/files': 30,
  'integration/fleetOnScreen': 3,
  'integration/fleetTree': 1,
  'integration/goTo': 7,
  'integration/limits': 3,
  'integration/nextWindow': 3,
  'integration/replacedRows': 1,
  'integration/reportIssue': 1,
  'integration/resources': 4,
  'integration/servers': 2,
  'integration/showRefresh': 1,
  'integration/siteCode': 25,
  'integration/siteLogs': 25,
  'sizes/everyOperation': 5,
  'sizes/hostileTexts': 36,
  'unit/files/environmentText': 2,
  'unit/fleet/snapshots': 2,
  'unit/forge/limiter': 1,
  'unit/workspace/gitFiles': 1,
};

/** About how many seconds a module takes, without the window. */
export function weightOf(folder: string, module: string): number {
  return measured[`${folder}/${module}`] ?? { unit: 0.2, simulated: 0.6 }[folder] ?? 30;
}
