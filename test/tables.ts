// npm run tables: writes the tables of README.md that are made from the code.
import { writeTable } from './resourcesTable';

writeTable();
console.log('README.md is up to date.');
