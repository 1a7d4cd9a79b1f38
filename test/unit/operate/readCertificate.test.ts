import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, type Server } from 'node:net';
import { createServer } from 'node:tls';
import { generate } from 'selfsigned';
import { Clock, systemTime } from '../../../src/forge/clock';
import { isPublicHost, readCertificate } from '../../../src/operate/readCertificate';

const host = 'shop.example.com';
const dayMs = 86_400_000;

interface Pem {
  readonly private: string;
  readonly cert: string;
}

describe('The certificate of a site', () => {
  const open: Server[] = [];
  const forever = new AbortController().signal;
  /** Ends the patience of whoever waits. */
  let giveUp: (() => void) | undefined;
  const clock = new Clock({
    ...systemTime,
    after: (_, work) => {
      giveUp = work;
      return () => undefined;
    },
  });
  let authority: Pem;

  /** A certificate for a name, signed by our authority unless by itself. */
  const made = (name: string, { fromDays = -1, toDays = 60, isSelfSigned = false } = {}): Promise<Pem> =>
    generate([{ name: 'commonName', value: name }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: new Date(Date.now() + fromDays * dayMs),
      notAfterDate: new Date(Date.now() + toDays * dayMs),
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
      ...(!isSelfSigned && { ca: { key: authority.private, cert: authority.cert } }),
    });
  const listen = async (server: Server): Promise<number> => {
    open.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const shownBy = async ({ private: key, cert }: Pem) => {
    const port = await listen(createServer({ key, cert }));
    return readCertificate(host, clock, forever, { host: '127.0.0.1', port, authority: authority.cert });
  };

  before(async () => {
    authority = await generate([{ name: 'commonName', value: 'Test Authority' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions: [{ name: 'basicConstraints', cA: true }],
    });
  });
  afterEach(() => {
    for (const server of open.splice(0)) {
      server.close();
    }
  });

  it('is read with its end', async () => {
    const { endsAt, isForHost, isTrusted } = await shownBy(await made(host, { toDays: 30 }));
    assert.ok(endsAt !== null && Math.abs(endsAt - Date.now() - 30 * dayMs) < dayMs);
    assert.deepEqual({ isForHost, isTrusted }, { isForHost: true, isTrusted: true });
  });

  it('may have ended, be for another name, or be signed by nobody', async () => {
    const expired = await shownBy(await made(host, { fromDays: -90, toDays: -3 }));
    assert.ok(expired.endsAt !== null && expired.endsAt < Date.now());
    assert.deepEqual([expired.isForHost, expired.isTrusted], [true, true]);
    const foreign = await shownBy(await made('other.example.org'));
    assert.deepEqual([foreign.isForHost, foreign.isTrusted], [false, true]);
    const own = await shownBy(await made(host, { isSelfSigned: true }));
    assert.deepEqual([own.isForHost, own.isTrusted], [true, false]);
  });

  it('is not waited for where the server never answers, refuses, or speaks something else', async () => {
    const sockets: import('node:net').Socket[] = [];
    const mute = createTcpServer((socket) => sockets.push(socket));
    const silent = await listen(mute);
    const waiting = readCertificate(host, clock, forever, { host: '127.0.0.1', port: silent });
    await once(mute, 'connection');
    giveUp?.();
    await assert.rejects(waiting);
    const stop = new AbortController();
    const stopped = readCertificate(host, clock, stop.signal, { host: '127.0.0.1', port: silent });
    stop.abort();
    await assert.rejects(stopped);
    const chatty = await listen(createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    await assert.rejects(readCertificate(host, clock, forever, { host: '127.0.0.1', port: chatty }));
    const closed = createTcpServer();
    const port = await listen(closed);
    closed.close();
    await once(closed, 'close');
    await assert.rejects(readCertificate(host, clock, forever, { host: '127.0.0.1', port }));
    sockets.forEach((socket) => void socket.destroy());
  });

  it('is read only of names of public hosts', () => {
    for (const name of [host, 'xn--bcher-kva.example', 'a.b.c.de']) {
      assert.ok(isPublicHost(name), name);
    }
    const hostile = [
      '127.0.0.1',
      '169.254.169.254',
      '[::1]',
      '::1',
      'localhost',
      'db',
      'db.internal',
      'printer.local',
      '2130706433',
      '0x7f.1',
    ];
    for (const name of [
      ...hostile,
      'a..b',
      '-a.com',
      'a b.com',
      'a.com:8443',
      'user@a.com',
      'a.com/x',
      '*.a.com',
      `${'a'.repeat(64)}.com`,
      '',
    ]) {
      assert.ok(!isPublicHost(name), name);
    }
  });
});
