import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a synchronous clean-up when the process ends, also by a signal; the latest one comes first. Returns a function
 * that takes it off again, for what has been cleaned up before.
 */
export function atExit(cleanUp: () => void): () => void {
  const onExit = () => {
    try {
      cleanUp();
    } catch (error) {
      // The other clean-ups still have to run.
      console.error('Something was left behind:', error);
    }
  };
  // A signal ends a process without its 'exit' event; process.exit does not.
  const onSignal = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal]);
  process.prependListener('exit', onExit);
  for (const signal of signals) {
    process.on(signal, onSignal);
  }
  return () => {
    process.off('exit', onExit);
    for (const signal of signals) {
      process.off(signal, onSignal);
    }
  };
}
