import * as vscode from 'vscode';
import { withoutAutolinks } from './inertText';

/** A heading with lines below it. All text is literal: nothing in it becomes Markdown, an icon or a link. */
export function tooltip(heading: string, lines: readonly string[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString('**').appendMarkdown(literal(heading)).appendMarkdown('**\n\n');
  for (const line of lines) {
    text.appendMarkdown(`${literal(line)}  \n`);
  }
  return text;
}

function literal(text: string): string {
  return withoutAutolinks(new vscode.MarkdownString().appendText(text).value);
}
