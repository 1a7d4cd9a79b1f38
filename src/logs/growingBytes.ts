/** How much spare capacity to allocate, so that most appends don't move the existing text. */
const spare = 1.25;

/** UTF-8 text that grows at its end, without being encoded again each time. */
export class GrowingBytes {
  private room: Buffer;
  private length: number;

  constructor(text: string) {
    this.room = Buffer.from(text);
    this.length = this.room.length;
  }

  /** The current bytes; later appends don't change them. */
  get bytes(): Buffer {
    return this.room.subarray(0, this.length);
  }

  /** @param text that doesn't start in the middle of a character */
  append(text: string): void {
    const length = this.length + Buffer.byteLength(text);
    if (length > this.room.length) {
      const room = Buffer.alloc(Math.ceil(length * spare));
      this.room.copy(room, 0, 0, this.length);
      this.room = room;
    }
    this.room.write(text, this.length);
    this.length = length;
  }
}
