import * as vscode from 'vscode';

/** Sets a document's language, if that is installed. */
export async function setLanguage(document: vscode.TextDocument, language: string): Promise<void> {
  if (document.languageId !== language && (await vscode.languages.getLanguages()).includes(language)) {
    // It may have been closed in the meantime.
    await vscode.languages.setTextDocumentLanguage(document, language).then(undefined, () => undefined);
  }
}
