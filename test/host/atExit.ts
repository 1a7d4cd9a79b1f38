import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The latest comes first. */
const registered: { readonly cleanUp: () => void }[] = [];

/**
 * Runs a synchronous clean-up when the process ends, also by a signal; the latest one comes first. Returns a function
 * that takes it off again, for what has been cleaned up before.
 */
export function atExit(cleanUp: () => void): () => void {
  if (registered.length === 0) {
    listen();
  }
  const entry = { cleanUp };
  registered.unshift(entry);
  return () => {
    const index = registered.indexOf(entry);
    if (index >= 0) {
      registered.splice(index, 1);
      if (registered.length === 0) {
        // Others may have something else in mind for a signal.
        stopListening();
      }
    }
  };
}

function onExit(): void {
  for (const { cleanUp } of registered.splice(0)) {
    try {
      cleanUp();
    } catch (error) {
      // The other clean-ups still have to run.
      console.error('Something was left behind:', error);
    }
  }
}

/** A signal ends a process without its 'exit' event; process.exit does not. */
function onSignal(signal: NodeJS.Signals): void {
  process.exit(128 + constants.signals[signal]);
}

function listen(): void {
  process.prependListener('exit', onExit);
  for (const signal of signals) {
    process.on(signal, onSignal);
  }
}

function stopListening(): void {
  process.off('exit', onExit);
  for (const signal of signals) {
    process.off(signal, onSignal);
  }
}
