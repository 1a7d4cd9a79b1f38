import type { Account } from '../account/session';
import type { Deployer } from '../deployments/deployer';
import type { DeploymentHistory } from '../deployments/deploymentHistory';
import type { DeploymentOutputs } from '../deployments/deploymentOutputs';
import type { Fleet } from '../fleet/fleet';
import type { CallOptions } from '../forge/client';
import type { LocalFiles } from '../logs/localFiles';
import type { Logs } from '../logs/logs';
import type { ResourceActions } from '../resources/resourceActions';
import type { Late } from '../ui/late';
import type { Log } from '../ui/log';
import type { Git } from '../workspace/git';
import type { LinkedSites } from '../workspace/linkedSites';
import type { SiteCodes } from '../workspace/siteCodes';
import type { Answer } from './answer';
import type { Given, Shape } from './input';

/** What the tools need. */
export interface AssistantParts {
  readonly fleet: Fleet;
  readonly linked: LinkedSites;
  readonly git: Git;
  readonly history: DeploymentHistory;
  readonly outputs: DeploymentOutputs;
  readonly codes: SiteCodes;
  readonly deployer: Deployer;
  readonly logs: Late<Logs>;
  readonly localFiles: Late<LocalFiles>;
  /** Made with the view that shows resources, when they are first needed. */
  readonly actions: () => Promise<ResourceActions>;
  readonly log: Log;
}

/** Sends requests of a tool, within the limit that all tools share. See `RequestAllowance.ask`. */
export type Ask = <T>(account: Account, send: (options: CallOptions) => Promise<T>, count?: number) => Promise<T>;

/** One call of a tool. */
export interface ToolCall {
  readonly parts: AssistantParts;
  readonly ask: Ask;
  /** Aborted when the chat cancels the call. */
  readonly signal: AbortSignal;
}

/** What chat shows before a tool that changes something is called. It may be skipped there, so the tool asks again itself. */
export interface Confirmation {
  readonly title: string;
  readonly message: string;
  /** Shown as code below the message. */
  readonly code?: string;
}

/** A tool for language models. */
export interface Tool<Input extends Shape = Shape> {
  /** Its inputs. package.json describes the same ones. */
  readonly input: Input;
  /** Only for tools that change something. Makes no requests. @throws as `run` */
  readonly confirmation?: (given: Given<Input>, parts: AssistantParts) => Promise<Confirmation>;
  /** @throws ForgeError, or PlainError with a sentence for the model */
  readonly run: (given: Given<Input>, call: ToolCall) => Promise<Answer>;
}

/** A tool whose inputs have the types that it declares. */
export function defineTool<const Input extends Shape>(tool: Tool<Input>): Tool {
  return tool as unknown as Tool;
}
