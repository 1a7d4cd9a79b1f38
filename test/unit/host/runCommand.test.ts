import assert from 'node:assert/strict';
import { runCommand } from '../../host/runCommand';

describe('a command of the host', () => {
  it('resolves with what it wrote', async () => {
    assert.equal(await runCommand(process.execPath, ['-p', '6*7']), '42\n');
  });

  it('is rejected with its name and last words when it fails', async () => {
    const failing = runCommand(process.execPath, ['-e', 'console.error("no space left"); process.exit(3)']);
    await assert.rejects(failing, /failed \(3\)\.\nno space left/);
  });

  it('is rejected with a sentence when there is no such command', async () => {
    await assert.rejects(runCommand('no-such-command', []), /no-such-command could not be started/);
  });
});
