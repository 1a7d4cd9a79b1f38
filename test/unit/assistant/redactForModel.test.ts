import assert from 'node:assert/strict';
import { redactForModel } from '../../../src/assistant/redactForModel';
import fc from '../../fastCheck';

const canary = 'Canary4f9Qz';

describe('What a model sees of a text', () => {
  it('has no value of a setting whose name says that it is secret, however it is written', () => {
    for (const text of [
      `DB_PASSWORD=${canary}`,
      `DB_PASSWORD="${canary} ${canary}"`,
      `DB_PASSWORD='${canary}`,
      `export AWS_SECRET_ACCESS_KEY=${canary}`,
      `STRIPE_SECRET = ${canary}`,
      `MAIL_PASS=${canary}`,
      `APP_KEY=base64:${canary}${canary}=`,
      `PUSHER_APP_KEY=${canary}`,
      `SENTRY_DSN=https://${canary}@sentry.io/1`,
      `password: ${canary}`,
      `"password": "${canary}"`,
      `\\"password\\":\\"${canary}\\"`,
      `'password' => '${canary}',`,
      `api_key=${canary}&x=1`,
      `{"client_secret":"${canary}"}`,
      `mysql -u forge -p${canary} forge`,
      `mysqldump --password ${canary} forge`,
      `PGPASSWORD=${canary} psql`,
      `redis-cli -a ${canary} ping`,
      `Authorization: Basic ${Buffer.from(canary).toString('base64')}${canary}`,
      `Cookie: laravel_session=${canary}`,
    ]) {
      assert.ok(!redactForModel(text).includes(canary), redactForModel(text));
    }
  });

  it('has no credentials of a URL, whatever characters the password has, and keeps host and path', () => {
    assert.equal(redactForModel(`mysql://forge:${canary}@10.0.0.1:3306/forge`), 'mysql://•••@10.0.0.1:3306/forge');
    assert.equal(redactForModel(`redis://:p@${canary}/x@cache:6379`), 'redis://•••@cache:6379');
    assert.equal(
      redactForModel(`https://${canary}${canary}@github.com/acme/shop.git`),
      'https://•••@github.com/acme/shop.git',
    );
    for (const harmless of [
      'http://example.com:8080/users/ann@example.com',
      'git@github.com:acme/shop.git',
      'https://shop.example.com/a:b',
    ]) {
      assert.equal(redactForModel(harmless), harmless);
    }
  });

  it('has no token of a usual shape', () => {
    for (const token of [
      'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
      'github_pat_11ABCDEFG0123456789_abcdefghij',
      'glpat-aBcDeFgHiJkLmNoPqRsT',
      'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
      'sk-proj-abcdefghijklmnopqrstuvwx',
      'whsec_abcdefghijklmnop',
      'AKIAIOSFODNN7EXAMPLE',
      'AIzaSyA-1234567890abcdefghijklmnop',
      'xoxb-1234567890-abcdefghij',
      'https://hooks.slack.com/services/T0000/B0000/XXXXXXXX',
      'https://discord.com/api/webhooks/123/abc-def',
      'SG.abcdefghijklmnop.qrstuvwxyz012345',
      'npm_abcdefghijklmnopqrstuvwxyz0123456789',
      '17|abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc',
    ]) {
      const told = redactForModel(`used ${token} here`);
      assert.ok(!told.includes(token.slice(-10)), told);
      assert.match(told, /^used .*•••.* here$/);
    }
  });

  it('has no PEM block, also one that is written on one line or cut off at either end', () => {
    const lines = [`${canary}${'A'.repeat(40)}`, `${canary}${'B'.repeat(40)}=`];
    const key = ['-----BEGIN RSA PRIVATE KEY-----', ...lines, '-----END RSA PRIVATE KEY-----'];
    assert.equal(redactForModel(['before', ...key, 'after it'].join('\n')), 'before\n•••\nafter it');
    assert.equal(redactForModel(`before\n${key.join('\\n')} after`), 'before\n••• after');
    assert.equal(redactForModel(['before it', ...key.slice(0, 3)].join('\n')), 'before it\n•••');
    assert.equal(redactForModel([...key.slice(1), 'after it'].join('\n')), '•••\nafter it');
    assert.equal(
      redactForModel(['-----BEGIN X-----', 'and then the log goes on'].join('\n')),
      '•••\nand then the log goes on',
    );
  });

  it('keeps what is no secret', () => {
    for (const text of [
      'Ann <ann@example.com> wrote to bob@example.com',
      'Undefined array key "token_count" in app/Models/Order.php:12',
      'SQLSTATE[23000]: Duplicate entry for key',
      'primary key, foreign keys and a keyboard: fine',
      '#12 /home/forge/shop/vendor/laravel/framework/src/Illuminate/Foundation/Application.php(1143): handle()',
      'abc1234 Pass the parcel',
      'php artisan key:list',
    ]) {
      assert.equal(redactForModel(text), text);
    }
  });

  it('changes nothing more the second time', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('DB_PASSWORD=', 'password: ', 'redis://:', ''), (noise, name) => {
        const once = redactForModel(`${name}${noise}`);
        assert.equal(redactForModel(once), once);
      }),
    );
  });

  it('takes a time that grows with the length of the text, whatever it consists of', function () {
    this.timeout(20_000);
    for (const piece of [
      'a',
      'A_',
      '-----BEGIN ',
      'AAAA\n',
      'a://b:c',
      '"password',
      'KEY',
      'mysql ',
      '@',
      '://x:@',
      '1|',
      'base64:',
    ]) {
      const started = performance.now();
      redactForModel(piece.repeat(Math.ceil(300_000 / piece.length)));
      assert.ok(performance.now() - started < 2_000, piece);
    }
  });
});
