import type { Page } from 'playwright-core';

/** What was seen, each with when it was, in how many frames. */
export interface Film {
  readonly seen: readonly string[];
  readonly frames: number;
}

/**
 * Films all editors, frame by frame as they are painted, for a text that is to be seen in none: drawn in a color that can be seen, or in
 * a minimap. After a reload the film begins anew, before anything is drawn.
 * @returns how to end it
 */
export async function film(page: Page, secret: string): Promise<() => Promise<Film>> {
  const code = `(${begin})(${JSON.stringify(secret)})`;
  await page.addInitScript(code);
  await page.evaluate(code);
  return () => page.evaluate('Object.assign(window.forgeFilm, { isOn: false })');
}

/** Runs in the page. */
const begin = `(secret) => {
  const roll = { seen: [], frames: 0, isOn: true };
  window.forgeFilm = roll;
  const see = (what) => roll.seen.push(Math.round(performance.now()) + ': ' + what);
  const isSeen = ({ parentElement }) => {
    const { color, display, visibility, opacity } = getComputedStyle(parentElement);
    const alpha = /rgba\\(.*,\\s*([\\d.]+)\\)/.exec(color)?.[1] ?? 1;
    return display !== 'none' && visibility === 'visible' && alpha * opacity > 0.02;
  };
  const look = () => {
    roll.frames += 1;
    for (const line of document.querySelectorAll('.view-lines .view-line')) {
      if (line.textContent.includes(secret) && line.getClientRects().length > 0) {
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        let text = '';
        while (walker.nextNode()) {
          text += isSeen(walker.currentNode) ? walker.currentNode.textContent : '';
        }
        if (text.includes(secret)) {
          see(text);
        }
      }
    }
    for (const map of document.querySelectorAll('.monaco-editor .minimap canvas')) {
      const text = map.closest('.monaco-editor').querySelector('.view-lines').textContent;
      if (map.getBoundingClientRect().width > 0 && text.includes(secret)) {
        see('a minimap');
      }
    }
  };
  // A message comes after the frame is painted.
  const painted = new MessageChannel();
  const next = () => requestAnimationFrame(() => painted.port2.postMessage(0));
  painted.port1.onmessage = () => {
    look();
    roll.isOn && next();
  };
  next();
}`;
