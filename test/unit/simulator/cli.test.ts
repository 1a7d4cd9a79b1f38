import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../../paths';

describe('The command line of the simulator', () => {
  it('prints one line of JSON, serves, and ends cleanly when told to stop', async () => {
    const cli = join(projectRoot, 'out/test/simulator/cli.js');
    const child = spawn(process.execPath, [cli, '--latency', '0', '--sites', '3'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      output += text;
    });
    await once(child.stdout, 'data');
    const { url, token } = JSON.parse(output) as { url: string; token: string };
    const response = await fetch(`${url}/orgs`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(response.status, 200);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    assert.equal(output.split('\n').length, 2);
  });

  it('refuses an option that is not a number', async () => {
    const cli = join(projectRoot, 'out/test/simulator/cli.js');
    const child = spawn(process.execPath, [cli, '--sites', 'many'], { stdio: ['ignore', 'ignore', 'ignore'] });
    const [code] = await once(child, 'exit');
    assert.equal(code, 2);
  });
});
