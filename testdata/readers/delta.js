// Reads with other programs the Delta tables that batchreport writes, while they change too.
//
//   node delta.js BATCHREPORT VERSITYGW
//
// ClickHouse reads the log with the Delta kernel. A second reader is made of parts: the log
// is replayed below, its checkpoint read by hyparquet, and the files that it lists by DuckDB.
'use strict';

const { execFileSync, spawn } = require('node:child_process');
const crypto = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const assert = require('node:assert/strict');
const { check, end } = require('./checks.js');
const { duckdb, clickhouse } = require('./readers.js');
const { Server } = require('./server.js');
const table = require('./table.js');

// local is a table function over a local table. ClickHouse reads below its own folder only.
const local = dest => `deltaLakeLocal(${clickhouse.quote(dest)})`;

// watch is what a process of its own does: it asks for totals until it is told to end.
if (process.argv[2] === '--watch') {
  process.chdir('/');
  process.stdin.on('end', () => process.exit(0)).resume();
  const ask = () => {
    try {
      const [t] = clickhouse.run(`SELECT count() AS n, count(result_text) AS texts, uniqExact(key) AS keys FROM ${local(process.argv[3])}`);
      process.stdout.write(`${t.n} ${t.texts} ${t.keys}\n`);
    } catch (error) {
      process.stdout.write(`failed: ${String(error).replaceAll('\n', ' ')}\n`);
    }
    setImmediate(ask);
  };
  ask();
} else {
  main(...process.argv.slice(2).map(name => path.resolve(name)));
}

function main(batchreport, versitygw) {
  process.chdir('/');
  process.exitCode = 1; // until the end is reached
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'delta-'));
  const run = (args, env = {}) => execFileSync(batchreport, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const convert = (source, dest, args, env) => run(['convert', '--quiet', ...args, source, dest], env);

  // odd are values that names of folders, addresses and readers make something else of.
  const odd = [
    ' ', '  two  blanks ', '%', '%2F', '%25', 'a/b', '/', 'a=b', '=', 'a+b', '+', "it's", 'quo"te', '\\', '\\N', 'a\tb', 'two\nlines', 'bell\x07', '\x7f',
    'é', '日本語', '🙂', '__HIVE_DEFAULT_PARTITION__', 'null', 'NULL', 'None', '.', '..', '_hidden', '.hidden', '#', '?', '&', ';', ':', '*', '{x}', '[y]', '^', '|', '<>', '`', '~', '$a', '@', ',',
    '007', '1e5', 'NaN', 'true', '2026-01-01', 'x'.repeat(200),
  ];
  const codes = [...odd, null];
  const csv = value => `"${value.replaceAll('"', '""')}"`;
  const rows = codes.flatMap((code, i) => [0, 1, 2].map(n => ({ bucket: 'b', key: `k${i}-${n}`, task_status: 'failed', ...(code === null ? {} : { error_code: code }), http_status_code: 400 + n })));
  const source = path.join(root, 'odd.csv');
  fs.writeFileSync(source, rows.map(r => [r.bucket, r.key, '', r.task_status, r.error_code ?? '', r.http_status_code, 'Message'].map(v => csv(String(v))).join(',') + '\n').join(''));
  const by = ['--partition-by', 'error_code,http_status_code', '--null-partition', 'no-code', '--columns', 'bucket,key,task_status,error_code,http_status_code'];

  // replay returns the files that a log lists, and their partition values.
  async function replay(dest) {
    const log = path.join(dest, '_delta_log');
    const files = new Map();
    const apply = a => {
      if (a.add) { files.set(a.add.path, a.add); }
      if (a.remove) { files.delete(a.remove.path); }
    };
    let from = -1;
    if (fs.existsSync(path.join(log, '_last_checkpoint'))) {
      const last = JSON.parse(fs.readFileSync(path.join(log, '_last_checkpoint'), 'utf8'));
      const { parquetReadObjects } = await import('hyparquet');
      const { compressors } = await import('hyparquet-compressors');
      const data = fs.readFileSync(path.join(log, `${String(last.version).padStart(20, '0')}.checkpoint.parquet`));
      const checkpoint = await parquetReadObjects({ file: data.buffer.slice(data.byteOffset, data.byteOffset + data.length), compressors });
      assert.equal(checkpoint.length, last.size);
      checkpoint.forEach(apply);
      assert.equal(files.size, last.numOfAddFiles);
      from = last.version;
    }
    for (const name of fs.readdirSync(log).filter(n => /^\d{20}\.json$/.test(n) && Number(n.slice(0, 20)) > from).sort()) {
      fs.readFileSync(path.join(log, name), 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line)).forEach(apply);
    }
    return [...files.values()];
  }

  // replayed are the rows of the files that the log lists, with the partition values that it has for them.
  async function replayed(dest) {
    const all = [];
    for (const f of await replay(dest)) {
      const file = path.join(dest, decodeURIComponent(f.path));
      assert.equal(fs.statSync(file).size, Number(f.size));
      const values = Array.isArray(f.partitionValues) ? Object.fromEntries(f.partitionValues) : f.partitionValues;
      const found = await duckdb.select(`read_parquet('${file.replaceAll("'", "''").replace(/[[*?]/g, c => `[${c}]`)}', hive_partitioning = false)`);
      assert.equal(found.length, JSON.parse(f.stats).numRecords);
      for (const row of found) {
        all.push({ ...row, ...(values.error_code === null ? {} : { error_code: values.error_code }), http_status_code: Number(values.http_status_code) });
      }
    }
    return all;
  }

  // compare compares all rows, of which those of a local table are read by the second reader too.
  async function compare(name, from, want, dest) {
    await check(`delta: ${name}: rows read by ${clickhouse.name}`, async () => table.equal(await clickhouse.select(from), want));
    if (dest) {
      await check(`delta: ${name}: rows of the replayed log read by ${duckdb.name}`, async () => table.equal(await replayed(dest), want));
    }
  }

  // compareValues asks for one value at a time, for which a reader passes over files.
  async function compareValues(name, from, want) {
    await check(`delta: ${name}: each value asked of ${clickhouse.name}`, async () => {
      for (const code of codes) {
        const [got] = clickhouse.run(`SELECT count() AS n FROM ${from} WHERE error_code ${code === null ? 'IS NULL' : `= ${clickhouse.quote(code)}`}`);
        assert.equal(got.n, want.filter(r => (r.error_code ?? null) === code).length, JSON.stringify(code));
      }
    });
  }

  const copy = (dest, name) => {
    const to = path.join(root, name);
    fs.cpSync(dest, to, { recursive: true });
    return to;
  };

  async function onDisk() {
    const dest = path.join(root, 'table');
    assert.ok(odd.length >= 24);
    convert(source, dest, ['--delta', ...by]);
    await compare('first', local(dest), rows, dest);
    await compareValues('first', local(dest), rows);
    convert(source, dest, [...by, '--compression', 'snappy', '--sort-by', 'key']);
    await compare('converted again', local(dest), rows, dest);
    const other = path.join(root, 'other.csv');
    fs.writeFileSync(other, rows.slice(0, 9).map(r => [r.bucket, 'other-' + r.key, '', r.task_status, r.error_code ?? '', r.http_status_code, 'Message'].map(v => csv(String(v))).join(',') + '\n').join(''));
    const both = [...rows, ...rows.slice(0, 9).map(r => ({ ...r, key: 'other-' + r.key }))];
    convert(other, dest, [...by.slice(0, -1), 'bucket,key,task_status,error_code,http_status_code,report_row']);
    await compare('new columns', `(SELECT * EXCEPT (report_row) FROM ${local(dest)})`, both);
    const log = path.join(dest, '_delta_log');
    const newest = ending => Math.max(...fs.readdirSync(log).filter(n => n.endsWith(ending)).map(n => Number(n.slice(0, 20))));
    // Each job is a version.
    const jobs = path.join(root, 'jobs');
    const small = job => ({ bucket: 'b', key: `small-${job}`, task_status: 'failed', error_code: odd[job % odd.length], http_status_code: 400 });
    const all = [...both];
    const write = (from, to) => {
      for (let job = from; job < to; job++) {
        const id = `00000000-0000-4000-8000-${String(job).padStart(12, '0')}`;
        const key = `reports/job-${id}/results/0.csv`;
        const data = ['b', small(job).key, '', 'failed', small(job).error_code, 400, 'Message'].map(v => csv(String(v))).join(',') + '\n';
        fs.mkdirSync(path.join(jobs, `job-${id}`, 'results'), { recursive: true });
        fs.writeFileSync(path.join(jobs, `job-${id}`, 'results', '0.csv'), data);
        fs.writeFileSync(path.join(jobs, `job-${id}`, 'manifest.json'), JSON.stringify({
          Format: 'Report_CSV_20180820', ReportCreationDate: '2019-04-05T17:48:39.725Z',
          Results: [{ TaskExecutionStatus: 'failed', Bucket: 'reports', MD5Checksum: crypto.createHash('md5').update(data).digest('hex'), Key: key }],
          ReportSchema: 'Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage',
        }));
        all.push(small(job));
      }
      convert(jobs, dest, by);
    };
    write(0, 250);
    for (let job = 250; newest('.json') !== newest('.checkpoint.parquet'); job++) {
      write(job, job + 1);
    }
    assert.ok(newest('.json') >= 250);
    await compare(`${newest('.json')} versions`, `(SELECT * EXCEPT (report_row) FROM ${local(dest)})`, all);
    const alone = copy(dest, 'alone');
    for (const name of fs.readdirSync(path.join(alone, '_delta_log')).filter(n => n.endsWith('.json'))) {
      fs.rmSync(path.join(alone, '_delta_log', name));
    }
    await compare('the checkpoint alone', `(SELECT * EXCEPT (report_row) FROM ${local(alone)})`, all);
    await compareValues('the checkpoint alone', local(alone), all);
    run(['clean', '--quiet', '--keep-replaced', '0h', dest]);
    await compare('after clean', `(SELECT * EXCEPT (report_row) FROM ${local(dest)})`, all);
    await check('delta: the checkpoint and the log replayed', async () => assert.equal((await replay(dest)).length, fs.readdirSync(dest, { recursive: true }).filter(n => n.endsWith('.parquet') && !n.startsWith('_')).length));
    await check('delta: verify', () => run(['verify', '--quiet', dest]));
  }

  async function onS3() {
    const server = await Server.start(versitygw, path.join(root, 'server'));
    const env = { AWS_ACCESS_KEY_ID: server.accessKey, AWS_SECRET_ACCESS_KEY: server.secretKey, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: server.endpoint };
    const dest = `s3://${server.bucket}/table`;
    const from = `deltaLake(${clickhouse.quote(`${server.endpoint}/${server.bucket}/table`)}, ${clickhouse.quote(server.accessKey)}, ${clickhouse.quote(server.secretKey)})`;
    try {
      convert(source, dest, ['--delta', '--path-style', ...by], env);
      await compare('S3', from, rows);
      for (let i = 0; i < 12; i++) {
        convert(source, dest, ['--path-style', ...by, '--compression', i % 2 ? 'zstd' : 'snappy'], env);
      }
      await compare('S3, converted again', from, rows);
    } finally {
      await server.stop();
    }
  }

  // A reader asks all the time while a table is converted again, and some of the processes are killed.
  async function besideKills() {
    const dest = path.join(root, 'killed');
    const report = path.join(__dirname, '..', 'reports', 'seed');
    const forms = [['--columns', 'key,error_code'], ['--columns', 'key,error_code,result_text']];
    const totals = forms.map(form => {
      const plain = path.join(root, `plain${form[1].length}`);
      convert(report, plain, ['--delta', ...form]);
      const [t] = clickhouse.run(`SELECT count() AS n, ${form[1].includes('result_text') ? 'count(result_text)' : '0'} AS texts, uniqExact(key) AS keys FROM ${local(plain)}`);
      return `${t.n} ${t.texts} ${t.keys}`;
    });
    convert(report, dest, ['--delta', ...forms[1]]);
    const watcher = spawn(process.execPath, [__filename, '--watch', dest], { stdio: ['pipe', 'pipe', 'inherit'] });
    const seen = [];
    let told = () => {};
    const ended = once(watcher, 'exit').then(([code, signal]) => { seen.push(`ended with ${code ?? signal}`); told(); });
    watcher.stdout.on('data', data => { seen.push(...String(data).split('\n').filter(Boolean)); told(); });
    const asked = async n => { while (seen.length < n && watcher.exitCode === null && watcher.signalCode === null) { await new Promise(resolve => { told = resolve; }); } };
    await asked(1);
    let kills = 0;
    for (let i = 0; i < 20; i++) {
      const args = ['convert', '--quiet', ...forms[i % 2], report, dest];
      const before = seen.length;
      if (i % 2) {
        const victim = spawn(batchreport, args, { stdio: 'ignore' });
        // It dies after some of its writes: the number of files in the log and beside it says when.
        const exit = once(victim, 'exit');
        setTimeout(() => victim.kill('SIGKILL'), 5 + 7 * i).unref();
        const [, signal] = await exit;
        kills += signal === 'SIGKILL' ? 1 : 0;
      }
      execFileSync(batchreport, args, { stdio: ['ignore', 'inherit', 'inherit'] });
      await asked(before + 1);
    }
    await asked(seen.length + 2);
    const last = seen.length;
    watcher.stdin.end();
    await ended;
    seen.length = last;
    await check(`delta: ${seen.length} queries beside 20 conversions, ${kills} of them killed`, () => {
      for (const line of seen) {
        assert.ok(totals.includes(line), `${line}, where ${totals} are all there are`);
      }
      assert.deepEqual([...new Set(seen)].sort(), [...totals].sort(), 'both states were seen');
    });
    await check('delta: verify after the kills', () => run(['verify', '--quiet', dest]));
  }

  onDisk().then(onS3).then(besideKills).finally(() => fs.rmSync(root, { recursive: true, force: true })).then(end);
}
