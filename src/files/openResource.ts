import * as vscode from 'vscode';
import { type FleetEntry, nameOfEntry } from '../fleet/rows';
import { type AnyResource, asResource } from '../forge/resources';
import { type KindId, kindOf } from '../resources/catalogue';
import { pathTo } from '../resources/place';
import { nameOf, wordsOf } from '../resources/resourceWords';
import { pathSegment } from '../ui/pathSegment';
import type { FileEditing } from './fileEditing';

/** Opens all that Forge tells of a resource, without its secrets, as a JSON document that is only looked at. @throws ForgeError */
export async function openResource(
  editing: FileEditing,
  entry: FleetEntry,
  at: string,
  kind: KindId,
  resource: AnyResource,
): Promise<void> {
  const { show } = kindOf(kind);
  const { client, signal } = entry.account;
  const whole = show
    ? asResource(await client.call(show, pathTo(entry, at, kind, resource), { lane: 'user' }))
    : resource;
  const names = [nameOfEntry(entry), wordsOf(kind).many, `${nameOf(kind, whole)}.json`];
  const path = names.map((name) => `/${pathSegment(name)}`).join('');
  const text = `${JSON.stringify({ id: whole.id, ...whole.attributes }, undefined, 2)}\n`;
  const uri = await editing.showText(path, text, 'json', signal);
  await vscode.commands.executeCommand('vscode.open', uri, { preview: true } satisfies vscode.TextDocumentShowOptions);
}
