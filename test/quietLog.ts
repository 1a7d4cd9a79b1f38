import { Log } from '../src/ui/log';

const nothing = () => undefined;

/** For who has to be given a log of which nobody reads anything. */
export const quiet = new Log({
  debug: nothing,
  warn: nothing,
  error: nothing,
  show: nothing,
});
