// What a table says, column by column, so that two of them can be compared
// without one row beside the other.
//
//	node answers.js SIDE SHAPE FOLDER
//
// SIDE is ours or peer, SHAPE one of those below. It prints a JSON object:
//
//	rows     their number
//	columns  of each common column: how many values it has, the sum of their hashes
//	         (the same values, in any order), and the sum of the hashes of (key,
//	         value), in which values that changed rows show
//	notes    what was made alike before, and what only one side has, with the reason
'use strict';

const path = require('node:path');
const { DuckDBInstance } = require('@duckdb/node-api');

const [side, shapeName, folder] = process.argv.slice(2);
const literal = s => `'${String(s).replaceAll("'", "''")}'`;

const plain = Object.fromEntries(['bucket', 'key', 'version_id', 'task_status', 'http_status_code', 'error_code'].map(name => [name, {}]));

const split = {
  ...plain,
  result_text: {
    peer: String.raw`coalesce(message, regexp_replace(regexp_replace(lambda_error_message,
      '^[0-9T:.-]+Z [0-9a-f-]{36} ', ''), '^An error occurred \([^)]*\) when calling the \w+ operation: ', ''))`,
    note: 'peers have message and lambda_error_message; we take time, request id and botocore\'s frame off the latter',
  },
  service: {},
  service_status_code: { peer: 'aws_http_status' },
  service_error_code: {
    ours: 'CASE WHEN error_type IS NULL THEN service_error_code END', peer: 'aws_error_code',
    note: 'we also read the code in a botocore error that a Lambda function raised; left out',
  },
  request_id: {
    ours: 'coalesce(request_id, CASE WHEN error_type IS NOT NULL THEN lambda_request_id END)',
    note: 'ours is coalesce(request_id, lambda_request_id); the id in the text of a time-out, which peers leave there, left out',
  },
  extended_request_id: {},
  error_type: { peer: 'lambda_error_type' },
  etag: {},
  copy_source_version_id: {},
  last_modified: { ours: 'epoch_ms(last_modified)', peer: 'epoch_ms(last_modified)', note: 'compared in milliseconds, which is what ours has' },
};

const shapes = {
  split,
  full: {
    ...split,
    key: { peer: "url_decode(replace(key, '+', '%20'))", note: 'ours is decoded; the peer\'s is decoded here' },
    result_message: {
      ours: `coalesce(result_message, CASE result_kind WHEN 'lambda_error' THEN 'Lambda returned function error: '
        WHEN 'task_error' THEN 'error details: ' WHEN 'json' THEN '' END || result_json)`,
      note: 'ours as the view of ddl gives it back; no message is null',
    },
  },
  ndjson: {
    ...plain,
    result_message: { ours: "nullif(result_message, '')", note: 'an empty message is empty with --raw-message keep, and null to the peers\' CSV readers; null here' },
  },
};

// A group is a row: its values are its own, and key is all of them together.
const group = ['error_code', 'http_status_code', 'template', 'tasks'];
shapes.groups = Object.fromEntries(['key', ...group].map(name => [name, {}]));
shapes.groups.template.note = 'groups of `summary` that differ in other columns alone are put together';

const leftOut = {
  full: 'the other columns of the default table, which the peer does not make',
};

function from(shape) {
  if (shapeName === 'groups') {
    const rows = side === 'peer' ? `SELECT * FROM read_json(${literal(path.join(folder, 'groups.json'))}, format = 'newline_delimited')` :
      `SELECT g.error_code, g.http_status_code, g.template, sum(g.rows)::BIGINT AS tasks
        FROM (SELECT unnest(groups) AS g FROM read_json(${literal(path.join(folder, 'groups.json'))})) GROUP BY ALL`;
    return `(SELECT *, concat_ws('|', ${group}) AS key FROM (${rows}))`;
  }
  if (shapeName === 'ndjson') {
    const columns = Object.keys(shape).map(name => `${name}: 'VARCHAR'`);
    return `read_json(${literal(path.join(folder, '**/*.ndjson'))}, format = 'newline_delimited', columns = {${columns}})`;
  }
  return `read_parquet(${literal(path.join(folder, '**/*.parquet'))}, hive_partitioning = true, hive_types_autocast = false)`;
}

async function main() {
  const shape = shapes[shapeName];
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run("SET TimeZone = 'UTC'");
  const values = Object.entries(shape).map(([name, column]) => `(${column[side] ?? name})::VARCHAR AS ${name}`);
  const sums = Object.keys(shape).map(name => `count(${name})::VARCHAR AS ${name}_count, sum(hash(${name}))::VARCHAR AS ${name}_hash,
    sum(hash(key, ${name}))::VARCHAR AS ${name}_keyed`);
  const result = await connection.runAndReadAll(`SELECT count(*)::VARCHAR AS all_rows, ${sums} FROM (SELECT ${values} FROM ${from(shape)})`);
  const [row] = result.getRowObjectsJson();
  const columns = Object.keys(shape).map(name => ({ name, count: Number(row[`${name}_count`]), hash: row[`${name}_hash`] ?? '', keyed: row[`${name}_keyed`] ?? '' }));
  const notes = Object.entries(shape).filter(([, column]) => column.note).map(([name, column]) => `\`${name}\`: ${column.note}`);
  if (leftOut[shapeName]) {
    notes.push(`left out: ${leftOut[shapeName]}`);
  }
  console.log(JSON.stringify({ rows: Number(row.all_rows), columns, notes }));
}

main().catch(err => { console.error(err.message); process.exit(1); });
