import type { RemoteFile, SaveOptions, Version } from '../../../src/files/remoteFile';

/**
 * A document over a remote file, with the rules by which VS Code saves: it asks for the version first, takes the file for changed
 * where the time has grown and the time that it knows with the new size makes another etag, and keeps what could not be saved.
 */
export class SimulatedEditor {
  text = '';
  isDirty = false;
  private known: Version = { mtime: 0, size: 0 };

  constructor(private readonly file: RemoteFile) {}

  async open(): Promise<void> {
    await this.file.look();
    this.revert();
  }

  /** Takes over what is there, as after "Revert File". */
  revert(): void {
    this.known = this.file.version;
    this.text = this.file.take() ?? '';
    this.isDirty = false;
  }

  type(text: string): void {
    this.text = text;
    this.isDirty = true;
  }

  /** A window that was closed with unsaved changes comes back, with a provider that knows nothing. */
  restoredOver(file: RemoteFile): SimulatedEditor {
    const restored = new SimulatedEditor(file);
    restored.text = this.text;
    restored.isDirty = true;
    restored.known = this.known;
    return restored;
  }

  /** @returns `conflict` where VS Code asks whether to compare or to overwrite */
  async save(how: 'plainly' | 'overwriting' = 'plainly', options?: SaveOptions): Promise<'saved' | 'conflict'> {
    // A failure here is no reason for VS Code not to write (fileService.validateWriteFile), hence the provider's own guard.
    const { mtime, size } = await this.file.lookBeforeSave(this.text).catch(() => this.file.version);
    if (how === 'plainly' && this.known.mtime < mtime && this.known.size !== size) {
      return 'conflict';
    }
    await this.file.save(this.text, options);
    const after = this.file.version;
    this.known = this.known.mtime <= after.mtime ? after : this.known;
    this.isDirty = false;
    return 'saved';
  }
}
