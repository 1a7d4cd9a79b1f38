// An extension beside the one under test: it hands that a time in which nobody waits half a minute for the next look at Forge.
const vscode = require('vscode');

/** Pauses that are as long, in milliseconds, are over so many times as soon. What a person sees going on keeps its pace. */
const shortestMs = 20_000;
const haste = 6;

exports.activate = async () => {
  const extension = vscode.extensions.getExtension('laravel-forge-community.vscode-laravel-forge');
  const { clock } = await extension.activate();
  clock.goBy({
    now: () => Date.now(),
    elapsed: () => performance.now(),
    after: (ms, work, wait) => {
      const timer = setTimeout(work, wait === 'timer' && ms >= shortestMs ? ms / haste : ms);
      return () => clearTimeout(timer);
    },
  });
};
