// npm run tables: writes what ThirdPartyNotices.txt, CONTRIBUTING.md and README.md have from the code and the packages.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contributingWithDependencies, latestReleases } from './dependenciesTable';
import { projectRoot } from './paths';
import { readmeWithResources } from './resourcesTable';
import { readmeWithScopes } from './scopesTable';
import { readmeWithSettings } from './settingsTable';
import { noticesWritten } from './thirdPartyNotices';

async function main(): Promise<void> {
  const releases = await latestReleases();
  // One after the other: several are parts of the same file.
  const all = [
    readmeWithScopes,
    readmeWithSettings,
    readmeWithResources,
    () => contributingWithDependencies(releases),
    noticesWritten,
  ];
  for (const write of all) {
    const { file, is, shouldBe } = await write();
    writeFileSync(join(projectRoot, file), shouldBe);
    console.log(is === shouldBe ? `${file} is up to date.` : `Wrote ${file}.`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
