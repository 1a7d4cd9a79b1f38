import fc from 'fast-check';
import { Random } from './simulator/random';

// Values that differ from run to run find something new by chance, in a change that has nothing to do with it. `--shuffle` gives others.
fc.configureGlobal({ seed: new Random('properties', process.env.FORGE_SHUFFLE ?? '').integer(0, 2 ** 31 - 1) });

export default fc;
