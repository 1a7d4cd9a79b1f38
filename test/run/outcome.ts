/** What became of one test. */
export interface Outcome {
  /** The file it is in, as it was given to mocha; empty for what belongs to no file. */
  readonly module: string;
  /** The whole title; of a hook that failed, what mocha calls it. */
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** The first lines of why it failed. */
  readonly why?: string;
  /** Whether it means nothing without the rest of its module: a hook, or a step of a path. */
  readonly needsModule: boolean;
}
