/** A JSON object, of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether it is an object with names and values: no list, and not null. */
export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
