import * as vscode from 'vscode';

/** Gives a document its language, unless that is not installed. */
export async function setLanguage(document: vscode.TextDocument, language: string): Promise<void> {
  if (document.languageId !== language && (await vscode.languages.getLanguages()).includes(language)) {
    // It may have been closed meanwhile.
    await vscode.languages.setTextDocumentLanguage(document, language).then(undefined, () => undefined);
  }
}
