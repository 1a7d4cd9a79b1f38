import { appendFileSync } from 'node:fs';
import type { Time } from '../../src/forge/clock';
import type { RequestRecord } from './control';

type Entry = { -readonly [Name in keyof RequestRecord]: RequestRecord[Name] };

/** One API exchange as written to the record file, a line of JSON each. */
export interface Exchange {
  readonly method: string;
  /** After /api, without the query. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** The value of `authorization` is replaced. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** Text as received, empty when there was none. */
  readonly requestBody: string;
  /** 0 when the request was dropped or hangs. */
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** Text as sent, empty when there was none. */
  readonly responseBody: string;
  /** Whether a fault had to do with it. */
  readonly fault: boolean;
}

/** Remembers the API requests and, with a file, writes each exchange down. */
export class RequestLog {
  #entries: Entry[] = [];
  readonly #file: string | undefined;

  constructor(
    file: string | undefined,
    private readonly time: Pick<Time, 'now'>,
  ) {
    this.#file = file;
  }

  get entries(): readonly RequestRecord[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }

  /** Notes the arrival of a request; answers what to call once its status is known. */
  arrived(request: Request, path: string): (status: number) => void {
    const entry: Entry = {
      time: this.time.now(),
      method: request.method,
      path,
      query: Object.fromEntries(new URL(request.url).searchParams),
      status: 0,
      client: request.headers.get('user-agent') ?? '',
      token: (request.headers.get('authorization') ?? '').replace(/^Bearer /i, '').slice(-6),
    };
    this.#entries.push(entry);
    return (status) => {
      entry.status = status;
    };
  }

  /** Appends the exchange to the record file, if there is one. */
  record(
    request: Request,
    path: string,
    requestBody: string,
    response: Response | undefined,
    body: string,
    fault: boolean,
  ): void {
    if (this.#file === undefined) {
      return;
    }
    const requestHeaders = Object.fromEntries(request.headers);
    const exchange: Exchange = {
      method: request.method,
      path,
      query: new URL(request.url).search.slice(1),
      requestHeaders: { ...requestHeaders, ...('authorization' in requestHeaders && { authorization: 'Bearer …' }) },
      requestBody,
      status: response?.status ?? 0,
      responseHeaders: Object.fromEntries(response?.headers ?? []),
      responseBody: body,
      fault,
    };
    appendFileSync(this.#file, `${JSON.stringify(exchange)}\n`);
  }
}
