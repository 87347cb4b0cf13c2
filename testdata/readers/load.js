// Runs in DuckDB, ClickHouse and PostgreSQL what batchreport ddl prints for them, and
// compares every value of what they have then with the golden rows.
//
//   node load.js BATCHREPORT VERSITYGW
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const assert = require('node:assert/strict');
const { check, end } = require('./checks.js');
const { DuckDB, ClickHouse, PostgreSQL } = require('./engines.js');
const { Server } = require('./server.js');
const table = require('./table.js');

const testdata = path.dirname(__dirname);
const reports = fs.readdirSync(path.join(testdata, 'golden')).filter(name => name.endsWith('.ndjson')).map(name => path.basename(name, '.ndjson'));
const [batchreport, versitygw] = process.argv.slice(2).map(name => path.resolve(name));
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'load-'));
fs.chmodSync(root, 0o755); // the server of PostgreSQL is another user's
const byColumns = ['job_id', 'task_status', 'error_code', 'http_status_code'];
let tables = 0;

function run(args, env = {}) {
  return execFileSync(batchreport, args, { env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] });
}

// convert returns its destination. Reports are names below testdata/reports.
function convert(names, args, dest = path.join(root, `dest-${tables++}`), env = {}) {
  run(['convert', '--quiet', ...args, ...names.map(name => path.join(testdata, 'reports', name)), dest], env);
  return dest;
}

// printed is what ddl prints for an engine, for a new table, and that table.
function printed(engine, dest, args = [], env = {}) {
  const name = `t${tables++}`;
  return [run(['ddl', '--dialect', engine.dialect, '--table', name, ...args, dest], env), name];
}

// everyReport loads all reports in all formats that the engine reads.
async function everyReport(engine, name) {
  const lines = [['--format', 'ndjson'], ['--format', 'ndjson', '--partition-by', 'none', '--compression', 'none'], ['--format', 'ndjson', '--write-partition-columns', '--compression', 'gzip']];
  const variants = engine.dialect === 'postgres' ? lines : [...lines.slice(0, 1), [], ['--partition-by', 'none'], ['--write-partition-columns', '--compression', 'snappy']];
  for (const args of variants) {
    for (const report of name ? [name] : reports) {
      const golden = table.golden([report]);
      await check(`${report} ${args.join(' ')} loaded into ${engine.name}`, async () => {
        const [script, loaded] = printed(engine, convert([report], args));
        await engine.run(script);
        const columns = args.includes('--write-partition-columns') || args.includes('none') ? [] : ['job_id', 'task_status'];
        table.equal(await engine.rows(loaded), engine.known(golden, columns));
      });
    }
  }
}

// odd has values that no folder can hold as they are, below a folder and in a table whose
// names need quotes.
async function odd(engine) {
  const golden = table.golden(['partitions']);
  assert.ok(new Set(golden.map(row => row.error_code)).size >= 24, 'fewer than 24 values');
  const format = engine.dialect === 'postgres' ? 'ndjson' : 'parquet';
  const schema = 'Up per', name = `it's "the" select\\`;
  await check(`odd names and values in ${engine.name}`, async () => {
    const dest = convert(['partitions'], ['--format', format, '--partition-by', byColumns.join(), '--null-partition', 'no-code'], path.join(root, `it's a "lake" 100%\\ \u001b\u200b${engine.dialect}`));
    const quoted = `${engine.quote(schema)}.${engine.quote(name)}`;
    await engine.run(`CREATE ${engine.dialect === 'clickhouse' ? 'DATABASE' : 'SCHEMA'} ${engine.quote(schema)};\n`);
    await engine.run(run(['ddl', '--dialect', engine.dialect, '--table', `${schema}.${name}`, dest]));
    const want = engine.known(golden, byColumns);
    const got = await engine.rows(quoted);
    if (engine.dialect === 'duckdb') {
      // It reads the path, which has a name for null that it does not know.
      got.forEach(row => byColumns.forEach(c => { if (row[c] === 'no-code') delete row[c]; if (c === 'http_status_code' && c in row) row[c] = Number(row[c]); }));
    }
    table.equal(got, want);
    const comments = new Map(await engine.comments(schema, name));
    assert.equal(comments.get('key'), 'Key, decoded');
    assert.equal(comments.get('report_file'), `the result file's key, as in the manifest`);
  });
}

// jobs adds to a table jobs that came later, one with other columns than the first.
async function jobs(engine) {
  const format = ['--format', engine.dialect === 'postgres' ? 'ndjson' : 'parquet'];
  await check(`later jobs in ${engine.name}`, async () => {
    const extract = ['--extract', `order=$.ResponseMetadata.HTTPStatusCode:int64`];
    const dest = convert(['observed'], [...format, ...extract]);
    convert(['failed-only'], [...format, '--columns', 'key,error_code,report_row'], dest);
    const [script, loaded] = printed(engine, dest);
    await engine.run(script);
    convert(['seed'], format, dest);
    await engine.run(run(['ddl', '--dialect', engine.dialect, '--table', loaded, '--job', 'f8fb', dest]));
    const got = await engine.rows(loaded);
    assert.ok(got.some(row => row.order === 200), 'no extracted value');
    const few = table.golden(['failed-only']).map(({ key, error_code, report_row, job_id, task_status }) => ({ key, ...(error_code && { error_code }), report_row, job_id, task_status }));
    table.equal(got.map(({ order, ...row }) => row), engine.known([...table.golden(['observed', 'seed']), ...few], []));
  });
  await check(`wholes of messages in ${engine.name}`, async () => {
    const [script, loaded] = printed(engine, convert(['messages'], format));
    await engine.run(script);
    const keep = convert(['messages'], ['--raw-message', 'keep', '--format', 'ndjson', '--partition-by', 'none', '--compression', 'none']);
    const want = table.parts(keep).flatMap(part => fs.readFileSync(path.join(keep, part), 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line)));
    const got = await engine.rows(`${loaded}_messages`);
    const of = (rows, column) => rows.map(row => ({ report_row: row.report_row, ...(row[column] !== undefined && { message: row[column] }) }));
    table.equal(of(got, 'message'), of(engine.known(want, []), 'result_message'));
  });
}

// remote loads into ClickHouse from a server: addresses have escapes of their own.
async function remote(engine) {
  const server = await Server.start(versitygw, path.join(root, 'server'));
  try {
    const env = { AWS_ACCESS_KEY_ID: server.accessKey, AWS_SECRET_ACCESS_KEY: server.secretKey, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: server.endpoint };
    const dest = convert(['partitions'], ['--path-style', '--partition-by', byColumns.join(), '--null-partition', 'no-code'], `s3://${server.bucket}/it's a lake+`, env);
    const [script, loaded] = printed(engine, dest, ['--path-style'], env);
    await engine.run(script.replaceAll("FROM s3('s3://", `FROM s3('${server.endpoint}/`).replaceAll(".parquet', 'Parquet'", `.parquet', '${server.accessKey}', '${server.secretKey}', 'Parquet'`));
    table.equal(await engine.rows(loaded), table.golden(['partitions']));
  } finally {
    await server.stop();
  }
}

async function main() {
  for (const engine of [new DuckDB(), new ClickHouse(), new PostgreSQL()]) {
    const begun = Date.now();
    await engine.open(path.join(root, engine.dialect));
    try {
      await everyReport(engine);
      await odd(engine);
      if (engine.dialect !== 'duckdb') {
        await jobs(engine);
      }
      if (engine.dialect === 'clickhouse') {
        await check('clickhouse from s3', () => remote(engine));
      }
    } finally {
      engine.close();
    }
    console.log(`${engine.name}: ${((Date.now() - begun) / 1000).toFixed(0)} s`);
  }
  fs.rmSync(root, { recursive: true, force: true });
  end();
}

main();
