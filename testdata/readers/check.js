// Reads with other programs what batchreport writes, and compares every value
// with the golden rows.
//
//   node check.js BATCHREPORT VERSITYGW GEN
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const assert = require('node:assert/strict');
const { check, end } = require('./checks.js');
const { duckdb, clickhouse, hyparquet } = require('./readers.js');
const { Server } = require('./server.js');
const table = require('./table.js');

const testdata = path.dirname(__dirname);
const reports = fs.readdirSync(path.join(testdata, 'golden')).filter(name => name.endsWith('.ndjson')).map(name => path.basename(name, '.ndjson'));
const [batchreport, versitygw, gen] = process.argv.slice(2);
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'readers-'));

// convert runs the command and returns its destination. Reports are names below
// testdata/reports, or paths.
function convert(names, args, dest = fs.mkdtempSync(path.join(root, 'table-')), env = {}) {
  const sources = names.map(name => path.resolve(testdata, 'reports', name));
  execFileSync(batchreport, ['convert', '--quiet', ...args, ...sources, dest], { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
  return dest;
}

// everyReport compares all columns of all reports in all formats and codecs.
async function everyReport() {
  const variants = [
    ['--format', 'parquet'],
    ['--format', 'parquet', '--partition-by', 'none'],
    ['--format', 'parquet', '--compression', 'snappy'],
    ['--format', 'parquet', '--compression', 'gzip'],
    ['--format', 'parquet', '--compression', 'none'],
    ['--format', 'parquet', '--write-partition-columns'],
    ['--format', 'ndjson'],
    ['--format', 'ndjson', '--partition-by', 'none'],
    ['--format', 'ndjson', '--compression', 'gzip'],
    ['--format', 'ndjson', '--compression', 'none'],
  ];
  for (const args of variants) {
    for (const report of reports) {
      const golden = table.golden([report]);
      const name = `${report} ${args.join(' ')}`;
      let dest;
      await check(name, () => { dest = convert([report], args); });
      if (!dest) {
        continue;
      }
      if (golden.length === 0) {
        await check(`${name}: no parts`, () => assert.deepEqual(table.parts(dest), []));
        continue;
      }
      const readers = args.includes('parquet') ? [duckdb, clickhouse, hyparquet] : [duckdb, clickhouse];
      for (const reader of readers) {
        await check(`${name}: rows read by ${reader.name}`, async () => table.equal(await reader.rows(dest), golden));
        await check(`${name}: types seen by ${reader.name}`, async () => {
          for (const [column, type] of await reader.types(dest)) {
            assert.equal(type, reader.typeOf(column), column);
          }
        });
      }
    }
  }
}

// largeTables reads tables of generated reports, whose pages are as large as they get.
async function largeTables() {
  for (const mix of ['lambda', 'copy', 'errors']) {
    const report = path.join(root, `report-${mix}`);
    execFileSync(gen, ['-out', report, '-mix', mix, '-rows', '40000', '-files', '2', '-seed', '9'], { stdio: ['ignore', 'ignore', 'inherit'] });
    const lines = convert([report], ['--partition-by', 'none', '--format', 'ndjson', '--compression', 'none']);
    const want = table.parts(lines).flatMap(part => fs.readFileSync(path.join(lines, part), 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line)));
    const dest = convert([report], ['--partition-by', 'none']);
    for (const reader of [duckdb, clickhouse, hyparquet]) {
      await check(`large: ${want.length} rows of ${mix} read by ${reader.name}`, async () => {
        assert.equal(want.length, 40000);
        table.equal(await reader.rows(dest), want);
      });
    }
  }
}

// queries are what people ask of AWS' example.
async function queries() {
  const dest = convert(['seed'], []);
  const failures = `SELECT error_type, timeout_seconds, lambda_request_id, occurred_at FROM TABLE WHERE task_status = 'failed' ORDER BY report_row`;
  const copies = `SELECT etag, last_modified, copy_source_version_id, request_id, extended_request_id FROM TABLE WHERE task_status = 'succeeded' ORDER BY report_row`;
  const etag = 'fe66f4390c50f29798f040d7aae72784';
  for (const reader of [duckdb, clickhouse]) {
    await check(`seed: failures asked of ${reader.name}`, async () => assert.deepEqual(await reader.query(dest, failures), [
      { timeout_seconds: 3, lambda_request_id: '2845ca0d-38d9-4c4b-abcf-379dc749c452', occurred_at: '2019-04-05T17:35:21.155Z' },
      { timeout_seconds: 3, lambda_request_id: '2d0a330b-de9b-425f-b511-29232fde5fe4', occurred_at: '2019-04-05T17:35:29.610Z' },
      { timeout_seconds: 3, lambda_request_id: 'fcf5efde-74d4-4e6d-b37a-c7f18827f551', occurred_at: '2019-04-05T17:35:22.362Z' },
      { timeout_seconds: 3, lambda_request_id: '3dd5b57c-4a4a-48aa-8a35-cbf027b7957e', occurred_at: '2019-04-05T17:35:29.809Z' },
      { timeout_seconds: 3, lambda_request_id: '10a764e4-2b26-4d8c-9056-1e1072b4723f', occurred_at: '2019-04-05T17:35:46.025Z' },
      { timeout_seconds: 3, lambda_request_id: '1e306352-4c54-4eba-aee8-4d02f8c0235c', occurred_at: '2019-04-05T17:35:44.661Z' },
    ]));
    await check(`seed: copies asked of ${reader.name}`, async () => assert.deepEqual(await reader.query(dest, copies), [
      { etag, last_modified: '2019-04-05T17:35:39.000Z', copy_source_version_id: 'xVR78haVKlRnurYofbTfYr3ufYbktF8h', request_id: '3ED5852152014362', extended_request_id: 'nXNaClIMxEJzWNmeMNQV2KpjbaCJLn0OGoXWZpuVOFS/iQYWxb3QtTvzX9SVfx2lA3oTKLwImKw=' },
      { etag, last_modified: '2019-04-05T17:35:39.000Z', copy_source_version_id: '6HjOUSim4Wj6BTcbxToXW44pSZ.40pwq', request_id: '1BC9F5B1B95D7000', extended_request_id: 'GiCZNYr8LHd/Thyk6beTRP96IGZk2sYxujLe13TuuLpq6U2RD3we0YoluuIdm1PRvkMwnEW1aFc=' },
      { etag, last_modified: '2019-04-05T17:35:40.000Z', copy_source_version_id: 'm.MDD0g_QsUnYZ8TBzVFrp.TmjN8PJyX', request_id: '8D9CA56A56813DF3', extended_request_id: 'F9ooZOgpE5g9sNgBZxjdiPHqB4+0DNWgj3qbsir+sKai4fv7rQEcF2fBN1VeeFc2WH45a9ygb2g=' },
    ]));
  }
}

// partitions checks values that a folder's name cannot hold as they are.
async function partitions() {
  const golden = table.golden(['partitions']);
  const columns = ['job_id', 'task_status', 'error_code', 'http_status_code'];
  // One of the codes is Hive's name for null.
  const nullName = 'no-code';
  for (const format of ['parquet', 'ndjson']) {
    const by = ['--format', format, '--partition-by', columns.join(), '--null-partition', nullName];
    const inPath = convert(['partitions'], by);
    const inFile = convert(['partitions'], [...by, '--write-partition-columns']);
    for (const reader of [duckdb, clickhouse]) {
      await check(`partitions: ${format} values in the path read by ${reader.name}`, async () => table.equal(await reader.rows(inPath), reader.fromPath(golden, columns)));
      await check(`partitions: ${format} values in the file read by ${reader.name}`, async () => table.equal(await reader.rows(inFile), golden));
    }
    for (const part of table.parts(inFile)) {
      await check(`partitions: ${format} rows of ${part}`, async () => {
        for (const row of await duckdb.file(inFile, part)) {
          const folder = columns.map(c => `${c}=${c in row ? table.escape(row[c]) : nullName}`).join('/');
          assert.equal(path.dirname(part), folder);
        }
      });
    }
  }
}

// bloomFilters asks for every value that is there, and for some that are not.
async function bloomFilters() {
  const literal = v => typeof v === 'string' ? `'${v.replaceAll("'", "''")}'` : v;
  const columns = ['key', 'request_id', 'error_code', 'result_kind', 'http_status_code', 'task_id'];
  const names = reports.filter(name => name !== 'partitions');
  const golden = table.golden(names);
  for (const compression of ['zstd', 'none']) {
    const dest = convert(names, ['--partition-by', 'none', '--bloom', columns.join(), '--compression', compression]);
    const parts = table.parts(dest).map(part => path.join(dest, part));
    const excludes = async (part, column, value) =>
      (await duckdb.run(`SELECT bloom_filter_excludes AS no FROM parquet_bloom_probe('${part}', '${column}', ${literal(value)})`)).map(r => r.no);
    for (const column of columns) {
      const values = [...new Set(golden.map(row => row[column]).filter(v => v !== undefined && !String(v).includes('\0')))]; // no statement can hold one
      await check(`bloom: ${compression} ${column} has a filter for ${duckdb.name}`, async () => {
        for (const part of parts) {
          const chunks = await duckdb.run(`SELECT bloom_filter_offset AS at, bloom_filter_length AS n FROM parquet_metadata('${part}') WHERE path_in_schema = '${column}'`);
          assert.ok(chunks.length > 0 && chunks.every(c => c.at > 0 && c.n > 32), JSON.stringify(chunks));
        }
      });
      await check(`bloom: ${compression} ${column} asked of ${duckdb.name}'s probe`, async () => {
        for (const value of values) {
          const no = (await Promise.all(parts.map(part => excludes(part, column, value)))).flat();
          assert.ok(no.includes(false), `no filter knows ${value}`);
        }
        let passed = 0;
        for (let i = 0; i < 100; i++) {
          const absent = column === 'http_status_code' ? 100000 + i : `no such value ${i}`;
          passed += (await excludes(parts[0], column, absent)).filter(no => !no).length;
        }
        assert.ok(passed <= 10, `${passed} of 100 absent values pass`);
      });
      for (const reader of [duckdb, clickhouse]) {
        await check(`bloom: ${compression} ${column} looked up by ${reader.name}`, async () => {
          for (const value of values.slice(0, 40)) {
            const got = await reader.query(dest, `SELECT report_file, report_row FROM TABLE WHERE ${column} = ${reader.name === clickhouse.name && typeof value === 'string' ? clickhouse.quote(value) : literal(value)}`);
            table.equal(got, golden.filter(row => row[column] === value).map(({ report_file, report_row }) => ({ report_file, report_row })));
          }
        });
      }
    }
  }
}

// remote checks what is written to S3: several jobs in one prefix.
async function remote() {
  const server = await Server.start(versitygw, path.join(root, 'server'));
  try {
    const names = reports.filter(name => name !== 'partitions');
    const golden = table.golden(names);
    const env = { AWS_ACCESS_KEY_ID: server.accessKey, AWS_SECRET_ACCESS_KEY: server.secretKey, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: server.endpoint };
    for (const format of ['parquet', 'ndjson']) {
      const by = ['--format', format, '--path-style', '--partition-by', 'job_id,task_status,error_code'];
      const dest = `s3://${server.bucket}/tables/${format}`;
      await check(`s3: convert to ${format}`, () => convert(names, by, dest, env));
      const from = clickhouse.remote(server, `tables/${format}`, convert(names, by));
      await check(`s3: ${format} rows read by ${clickhouse.name}`, async () => table.equal(await clickhouse.select(from), golden));
      await check(`s3: ${format} counts by job, status and code`, async () => {
        const got = await clickhouse.select(`(SELECT job_id, task_status, error_code, toInt32(count()) AS n FROM ${from} GROUP BY ALL)`);
        table.equal(got, table.counts(golden, ['job_id', 'task_status', 'error_code']));
      });
    }
  } finally {
    await server.stop();
  }
}

// readme asks DuckDB what the README asks it, and compares the tables that follow there.
async function readme() {
  const repository = path.dirname(testdata);
  const examples = fs.readFileSync(path.join(repository, 'README.md'), 'utf8').matchAll(/```sql\n([^]*?)```\n\n((?:\|.*\n)+)/g);
  execFileSync(batchreport, ['convert', '--quiet', path.join(testdata, 'reports', 'observed'), path.join(root, 'observed')]);
  const view = execFileSync(batchreport, ['ddl', '--dialect', 'duckdb', path.join(root, 'observed')], { encoding: 'utf8' });
  await duckdb.run(view);
  let asked = 0;
  for (const [, sql, answer] of examples) {
    const cells = line => line.split('|').slice(1, -1).map(cell => cell.trim());
    const [columns, , ...rows] = answer.trim().split('\n').map(cells);
    await check(`README: ${sql.slice(0, 40)}…`, async () => {
      const got = await duckdb.run(sql.replaceAll('testdata/', testdata + '/'));
      assert.deepEqual(got.map(row => columns.map(c => String(row[c] ?? '').trim())), rows);
    });
    asked++;
  }
  await check('README: two queries', () => assert.equal(asked, 2));
}

async function main() {
  await readme();
  await everyReport();
  await largeTables();
  await queries();
  await partitions();
  await bloomFilters();
  await check('s3', remote);
  fs.rmSync(root, { recursive: true, force: true });
  end();
}

main();
