/** How much more room is made than is needed, so that most of what is appended does not move what was there. */
const spare = 1.25;

/** A text in UTF-8 that grows at its end, without being written anew each time. */
export class GrowingBytes {
  private room: Buffer;
  private length: number;

  constructor(text: string) {
    this.room = Buffer.from(text);
    this.length = this.room.length;
  }

  /** What stays as it is, whatever is appended later. */
  get bytes(): Buffer {
    return this.room.subarray(0, this.length);
  }

  /** @param text that does not begin in the middle of a character */
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
