// npm run translations [-- LANGUAGE…]: writes the English texts into l10n/, and prints as JSON what each language lacks or has left over.
import { differences, languages, writeEnglish } from './translatedTexts';

const asked = process.argv.slice(2);
writeEnglish().then(
  () => {
    const all = asked.length > 0 ? asked : languages;
    console.log(JSON.stringify(Object.fromEntries(all.map((language) => [language, differences(language)])), null, 2));
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
