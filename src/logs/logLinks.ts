import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Slices } from '../ui/slices';
import type { LocalFiles } from './localFiles';
import { logSource, ownerOf } from './logSources';
import { type NamedPlace, placesIn } from './remotePath';

/** Maximum number of files and places per log, and of lines searched for them, from the end. */
const mostFiles = 1_000;
const mostPlaces = 10_000;
const mostLines = 10_000;

/** How much of a line to search, in characters. */
const longestLine = 1_000;

/** Links a server file named in a log to the local file, at that line. Only files that exist get a link. */
export class LogLinks implements vscode.DocumentLinkProvider {
  /** The places in each line of a document, from the last search: when a log grows, its other lines stay. */
  private readonly known = new WeakMap<vscode.TextDocument, ReadonlyMap<string, readonly NamedPlace[]>>();

  constructor(private readonly files: LocalFiles) {}

  async provideDocumentLinks(
    document: vscode.TextDocument,
    cancellation: vscode.CancellationToken,
  ): Promise<vscode.DocumentLink[]> {
    const source = logSource(document.uri);
    const known = this.known.get(document);
    const searched = new Map<string, readonly NamedPlace[]>();
    const places = new Map<string, { line: number; place: NamedPlace }[]>();
    const slices = new Slices();
    let count = 0;
    // From the end, where users look first. The document may become shorter in the meantime.
    const first = Math.max(0, document.lineCount - mostLines);
    for (let line = document.lineCount - 1; line >= first && count < mostPlaces; line -= 1) {
      const text = line < document.lineCount ? document.lineAt(line).text.slice(0, longestLine) : '';
      const pause = slices.take(text.length + 1);
      if (pause) {
        await pause;
        if (cancellation.isCancellationRequested) {
          return [];
        }
      }
      const its = text.includes('/') ? (known?.get(text) ?? searched.get(text) ?? placesIn(text)) : [];
      if (its.length > 0) {
        searched.set(text, its);
      }
      for (const place of its) {
        const same = places.get(place.path);
        count += 1;
        if (same) {
          same.push({ line, place });
        } else if (places.size < mostFiles) {
          places.set(place.path, [{ line, place }]);
        }
      }
    }
    this.known.set(document, searched);
    const links = await Promise.all(
      [...places].map(async ([path, named]) => {
        const file = cancellation.isCancellationRequested
          ? undefined
          : await this.files.find(path, source && ownerOf(source));
        return file ? named.map(({ line, place }) => link(line, place, file)) : [];
      }),
    );
    return links.flat().sort((one, other) => one.range.start.compareTo(other.range.start));
  }
}

function link(line: number, place: NamedPlace, file: vscode.Uri): vscode.DocumentLink {
  const fragment = `L${place.line}${place.column === null ? '' : `,${place.column}`}`;
  const range = new vscode.Range(line, place.start, line, place.end);
  const found = new vscode.DocumentLink(range, file.with({ fragment }));
  found.tooltip = l10n.t('Open local file at this line');
  return found;
}
