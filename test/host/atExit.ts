import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a synchronous clean-up when the process ends, also by a signal; the latest one comes first. Returns a function
 * that takes it off again, for what has been cleaned up before.
 */
export function atExit(cleanUp: () => void): () => void {
  for (const signal of signals) {
    if (!process.listeners(signal).includes(exitBySignal)) {
      process.on(signal, exitBySignal);
    }
  }
  const onExit = () => {
    try {
      cleanUp();
    } catch (error) {
      // The other clean-ups still have to run.
      console.error('Something was left behind:', error);
    }
  };
  process.prependListener('exit', onExit);
  return () => process.off('exit', onExit);
}

// A signal ends a process without its 'exit' event; process.exit does not.
function exitBySignal(signal: NodeJS.Signals): void {
  process.exit(128 + constants.signals[signal]);
}
