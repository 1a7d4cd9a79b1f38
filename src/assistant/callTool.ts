import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isAborted } from '../forge/errors';
import { oneLine } from '../forge/oneLine';
import type { ToolName } from '../manifest';
import { explain } from '../ui/explain';
import { withoutIcons, withoutLinks } from '../ui/inertText';
import { answerText } from './answer';
import { readInput } from './input';
import { redactForModel } from './redactForModel';
import { RequestAllowance } from './requestAllowance';
import type { Ask, AssistantParts } from './tool';
import { tools } from './tools';

/** Maximum length of a sentence about a failure, in characters: it may name several candidates. */
const longestSentence = 1_500;

/** Calls the tools, and says in one sentence for a model why one failed. */
export class ToolCaller {
  private readonly allowance: RequestAllowance;

  constructor(private readonly parts: AssistantParts) {
    this.allowance = new RequestAllowance(parts.fleet.clock);
  }

  /** What chat asks before it calls a tool that changes something; undefined for the others. Makes no requests. */
  async prepare(name: ToolName, input: unknown): Promise<vscode.PreparedToolInvocation | undefined> {
    const { confirmation, input: shape } = tools[name];
    if (!confirmation) {
      return undefined;
    }
    const { title, message, code } = await this.told(name, () => confirmation(readInput(shape, input), this.parts));
    const text = new vscode.MarkdownString().appendText(message);
    return {
      confirmationMessages: {
        title: withoutIcons(withoutLinks(title)),
        message: code === undefined ? text : text.appendCodeblock(code, 'sh'),
      },
    };
  }

  /** @throws Error with a sentence for the model; CancellationError if the chat canceled the call */
  async call(name: ToolName, input: unknown, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult> {
    const canceling = new AbortController();
    const listener = token.onCancellationRequested(() => canceling.abort());
    const { signal } = canceling;
    const ask: Ask = (account, send, count) => this.allowance.ask(account, signal, send, count);
    try {
      const answer = await this.told(name, () =>
        tools[name].run(readInput(tools[name].input, input), { parts: this.parts, ask, signal }),
      );
      const text = answerText(answer, this.parts.fleet.clock.now());
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    } catch (error) {
      throw signal.aborted ? new vscode.CancellationError() : error;
    } finally {
      listener.dispose();
    }
  }

  private async told<T>(name: ToolName, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isAborted(error)) {
        throw new Error(l10n.t('The call was canceled, or the account signed out.'));
      }
      this.parts.log.error(`Tool ${name}`, error);
      throw new Error(oneLine(redactForModel(explain(error).sentence), longestSentence));
    }
  }
}
