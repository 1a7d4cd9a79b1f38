import { shuffleSuite } from './shuffle';

/**
 * What mocha does before the first test where FORGE_SHUFFLE has a seed, as it reads it from a required module: so it reaches the processes
 * that mocha starts, too. What is in the outermost suite is looked at only after its hooks.
 */
export const mochaHooks: Mocha.RootHookObject = {
  beforeAll(this: Mocha.Context) {
    const { FORGE_SHUFFLE: seed } = process.env;
    const root = this.test?.parent;
    if (seed && root) {
      shuffleSuite(root, seed);
    }
  },
};
