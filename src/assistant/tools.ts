import type { ToolName } from '../manifest';
import { compareDeployments } from './compareDeployments';
import { compareEnvironment } from './compareEnvironment';
import { deploySite } from './deploySite';
import { explainDeployment } from './explainDeployment';
import { findSites } from './findSites';
import { getDrift } from './getDrift';
import { getServer } from './getServer';
import { getSite } from './getSite';
import { listDeployments } from './listDeployments';
import { listEvents } from './listEvents';
import { listResources } from './listResources';
import { readFile } from './readFile';
import { readLog } from './readLog';
import { restartService } from './restartService';
import { runCommand } from './runCommand';
import type { Tool } from './tool';

/** Every tool for language models. None deletes, reboots, or writes a .env, a firewall rule or a key. */
export const tools: Readonly<Record<ToolName, Tool>> = {
  findSites,
  getSite,
  getServer,
  listDeployments,
  explainDeployment,
  compareDeployments,
  getDrift,
  listEvents,
  readLog,
  readFile,
  compareEnvironment,
  listResources,
  deploySite,
  restartService,
  runCommand,
};
