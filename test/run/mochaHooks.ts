import { shuffleSuite } from './shuffle';
import { noteTest } from './waits';

/** What mocha does in every run, as it reads it from a required module: so it reaches the processes that mocha starts, too. */
export const mochaHooks: Mocha.RootHookObject = {
  /** Shuffles where FORGE_SHUFFLE has a seed. What is in the outermost suite is looked at only after its hooks. */
  beforeAll(this: Mocha.Context) {
    const { FORGE_SHUFFLE: seed } = process.env;
    const root = this.test?.parent;
    if (seed && root) {
      shuffleSuite(root, seed);
    }
  },
  beforeEach(this: Mocha.Context) {
    noteTest(this.currentTest?.fullTitle());
  },
};
