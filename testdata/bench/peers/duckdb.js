// DuckDB on a completion report, as someone would write it who knows DuckDB well.
//
//	node duckdb.js WORK JOB OUT THREADS
//
// WORK is split (the message in columns), split-raw (and the message itself),
// partitioned (split, by task_status and error_code), ndjson (the seven columns of the
// report) or groups (the rows that failed, counted by code, status and masked text).
// JOB is a job's folder; OUT must not be there.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { DuckDBInstance } = require('@duckdb/node-api');

const [work, job, out, threads] = process.argv.slice(2);
const literal = s => `'${String(s).replaceAll("'", "''")}'`;

// Strict mode refuses reports whose lines end in CRLF, as S3 writes them.
const report = `read_csv(${literal(path.join(job, 'results', '*.csv'))}, header = false, auto_detect = false,
  delim = ',', quote = '"', escape = '"', new_line = '\\r\\n', parallel = true, strict_mode = false,
  columns = {'bucket': 'VARCHAR', 'key': 'VARCHAR', 'version_id': 'VARCHAR', 'task_status': 'VARCHAR',
    'http_status_code': 'VARCHAR', 'error_code': 'VARCHAR', 'result_message': 'VARCHAR'})`;

// split takes messages apart: JSON parsed once a row, with a list of paths; one
// regular expression with named groups for each of the other forms. With
// split_part instead it takes longer.
const split = raw => `
WITH r AS (
  SELECT *, CASE WHEN result_message IS NULL THEN 0
    WHEN starts_with(result_message, 'Lambda returned function error: {') THEN 1
    WHEN starts_with(result_message, '{"') THEN 2
    WHEN starts_with(result_message, '{') THEN 3
    WHEN contains(result_message, ' (Service: ') THEN 4 ELSE 0 END AS form
  FROM ${report}),
s AS (
  SELECT *,
    CASE form
      WHEN 1 THEN json_extract_string(result_message[33:], ['$.errorMessage', '$.errorType', '$.requestId'])
      WHEN 2 THEN json_extract_string(result_message, ['$.CopySourceVersionId', '$.CopyObjectResult.LastModified', '$.CopyObjectResult.ETag',
        '$.ResponseMetadata.RequestId', '$.ResponseMetadata.HostId', '$.ResponseMetadata.HTTPStatusCode']) END AS j,
    CASE WHEN form = 4 THEN regexp_extract(result_message,
      '^(.*) \\(Service: ([^;,]+)[;,] Status Code: (\\d+)(?:; Error Code: ([^;]+))?[;,] Request ID: ([^;,)]+)(?:[;,] (?:S3 )?Extended Request ID: ([^;,)]+))?',
      ['message', 'service', 'status', 'code', 'request', 'extended']) END AS x,
    CASE WHEN form = 3 THEN regexp_extract(result_message,
      '''CopySourceVersionId'': ''([^'']*)''.*?''LastModified'': datetime.datetime\\(([0-9, ]*), tzinfo.*?''ETag'': ''"([^"]*)"''.*?''HTTPStatusCode'': (\\d+).*?''HostId'': ''([^'']*)'', ''RequestId'': ''([^'']*)''',
      ['source', 'modified', 'etag', 'status', 'extended', 'request']) END AS y
  FROM r)
SELECT bucket, key, version_id, task_status, TRY_CAST(http_status_code AS SMALLINT) AS http_status_code, error_code, ${raw ? 'result_message,' : ''}
  CASE form WHEN 4 THEN x.message WHEN 0 THEN result_message END AS message,
  x.service AS service,
  TRY_CAST(CASE form WHEN 4 THEN x.status WHEN 2 THEN j[6] WHEN 3 THEN y.status END AS SMALLINT) AS aws_http_status,
  nullif(x.code, '') AS aws_error_code,
  CASE form WHEN 4 THEN x.request WHEN 1 THEN j[3] WHEN 2 THEN j[4] WHEN 3 THEN y.request END AS request_id,
  nullif(CASE form WHEN 4 THEN x.extended WHEN 2 THEN j[5] WHEN 3 THEN y.extended END, '') AS extended_request_id,
  CASE form WHEN 1 THEN j[1] END AS lambda_error_message,
  CASE form WHEN 1 THEN j[2] END AS lambda_error_type,
  CASE form WHEN 2 THEN trim(j[3], '"') WHEN 3 THEN y.etag END AS etag,
  CASE form WHEN 2 THEN j[1] WHEN 3 THEN y.source END AS copy_source_version_id,
  CASE form WHEN 2 THEN TRY_CAST(j[2] AS TIMESTAMPTZ)::TIMESTAMP
    WHEN 3 THEN TRY_STRPTIME(y.modified, '%Y, %-m, %-d, %-H, %-M, %-S') END AS last_modified
FROM s`;

// groups takes the text out of a message, and masks in it what varies, only in rows that
// failed.
const groups = `
WITH r AS (
  SELECT error_code, http_status_code, CASE
    WHEN starts_with(result_message, 'Lambda returned function error: {')
      THEN regexp_replace(regexp_replace(json_extract_string(result_message[33:], '$.errorMessage'),
        '^[0-9T:.-]+Z [0-9a-f-]{36} ', ''), '^An error occurred \\([^)]*\\) when calling the \\w+ operation: ', '')
    WHEN contains(result_message, ' (Service: ') THEN regexp_extract(result_message, '^(.*?) \\(Service: ', 1)
    ELSE result_message END AS message
  FROM ${report} WHERE task_status = 'failed')
SELECT error_code, http_status_code, regexp_replace(regexp_replace(message, 'arn:[^ ]+', '<arn>', 'g'), '[0-9]+(\\.[0-9]+)?', '<number>', 'g') AS template,
  count(*) AS tasks
FROM r GROUP BY ALL`;

const parquet = 'FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880';
const file = name => literal(path.join(out, name));

const works = {
  split: () => `COPY (${split(false)}) TO ${file('out.parquet')} (${parquet})`,
  'split-raw': () => `COPY (${split(true)}) TO ${file('out.parquet')} (${parquet})`,
  partitioned: () => `COPY (${split(false)}) TO ${literal(out)} (PARTITION_BY (task_status, error_code), OVERWRITE_OR_IGNORE true, ${parquet})`,
  groups: () => `COPY (${groups}) TO ${file('groups.json')} (FORMAT json)`,
  ndjson: () => `COPY (FROM ${report}) TO ${file('out.ndjson')} (FORMAT json)`,
};

async function main() {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`SET threads = ${Number(threads)}`);
  await connection.run('SET preserve_insertion_order = false'); // faster, in less memory
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`SET temp_directory = ${literal(out + '.spill')}`);
  fs.mkdirSync(out);
  await connection.run(works[work]());
}

main().catch(err => { console.error(err.message); process.exit(1); });
