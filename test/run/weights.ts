/** What a window takes to open and to close, in seconds. */
export const windowSeconds = 10;

/** What modules took, in seconds, with two windows or processes at once on two processors; of those with a window it is printed when a job ends. */
const measured: Readonly<Record<string, number>> = {
  'e2e/accessibility': 25,
  'e2e/assistant': 15,
  'e2e/deploy': 35,
  'e2e/environmentToken': 55,
  'e2e/files': 100,
  'e2e/largeFleet': 45,
  'e2e/logs': 70,
  'e2e/mainPath': 75,
  'e2e/multiRoot': 30,
  'e2e/readmePictures': 35,
  'e2e/secrets': 75,
  'e2e/servers': 45,
  'e2e/translations': 60,
  'e2e/twoWindows': 45,
  'e2e/walkthrough': 55,
  'installed/installed': 4,
  'integration/arrangement': 15,
  'integration/assistant': 20,
  'integration/catalogue': 30,
  'integration/deploy': 75,
  'integration/deploymentLog': 35,
  'integration/extension': 26,
  'integration/faultMatrix': 20,
  'integration/files': 65,
  'integration/fleetOnScreen': 6,
  'integration/fleetTree': 1,
  'integration/goTo': 18,
  'integration/limits': 8,
  'integration/nextWindow': 1,
  'integration/replacedRows': 1,
  'integration/resources': 11,
  'integration/servers': 10,
  'integration/showRefresh': 1,
  'integration/siteCode': 28,
  'integration/siteLogs': 55,
  'sizes/everyOperation': 6,
  'sizes/hostileTexts': 40,
  'unit/files/environmentText': 2,
  'unit/fleet/snapshots': 2,
  'unit/forge/limiter': 1,
  'unit/workspace/gitFiles': 1,
};

/** About how many seconds a module takes, without the window. */
export function weightOf(folder: string, module: string): number {
  return measured[`${folder}/${module}`] ?? { unit: 0.2, simulated: 0.6 }[folder] ?? 30;
}
