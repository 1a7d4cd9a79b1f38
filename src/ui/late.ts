import { type Disposable, Emitter } from '../forge/emitter';

/** Something that most windows never need: loaded and created once, when it is first needed. */
export class Late<Thing extends object> implements Disposable {
  private made: Thing | undefined;
  private making: Promise<Thing> | undefined;
  private isOver = false;
  private readonly makings = new Emitter<Thing>();

  /** Fires when it has been created. */
  readonly onDidMake = this.makings.event;

  constructor(private readonly make: () => Promise<Thing>) {}

  /** The thing, if it has been created; else undefined. */
  get now(): Thing | undefined {
    return this.made;
  }

  get(): Promise<Thing> {
    this.making ??= this.make().then((made) => {
      this.made = made;
      this.makings.fire(made);
      if (this.isOver) {
        disposeOf(made);
      }
      return made;
    });
    return this.making;
  }

  dispose(): void {
    this.isOver = true;
    disposeOf(this.made);
  }
}

function disposeOf(made: object | undefined): void {
  if (made && 'dispose' in made && typeof made.dispose === 'function') {
    made.dispose();
  }
}
