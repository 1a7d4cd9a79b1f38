import * as vscode from 'vscode';
import type { Clock } from '../forge/clock';

/** How long to wait for VS Code to say which language models it has, in milliseconds. */
const modelsMs = 1_000;

/** Whether chat has a language model, so that offering it makes sense. Never rejects. */
export async function hasChat(clock: Clock): Promise<boolean> {
  // An editor based on VS Code may have no language models.
  const lm: Partial<typeof vscode.lm> | undefined = vscode.lm;
  try {
    const models = await clock.within(modelsMs, Promise.resolve(lm?.selectChatModels?.() ?? []));
    return (models ?? []).length > 0;
  } catch {
    return false;
  }
}
