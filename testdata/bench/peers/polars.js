// Polars on a completion report, as someone would write it who knows Polars well.
//
//	node polars.js WORK JOB OUT THREADS
//
// WORK is split (the message in columns) or ndjson (the seven columns of the
// report). JOB is a job's folder; OUT must not be there. This binding of Polars
// has no sink that partitions.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const [work, job, out, threads] = process.argv.slice(2);
process.env.POLARS_MAX_THREADS = threads; // read when it is loaded
const pl = require('nodejs-polars');

const { col, lit } = pl;
const columns = ['bucket', 'key', 'version_id', 'task_status', 'http_status_code', 'error_code', 'result_message'];

// report is one scan over all files, all of it text.
const report = () => pl.scanCSV(path.join(job, 'results', '*.csv'),
  { hasHeader: false, schema: Object.fromEntries(columns.map(name => [name, pl.Utf8])), inferSchemaLength: 0, quoteChar: '"' });

const struct = fields => pl.DataType.Struct(Object.entries(fields).map(([name, type]) => new pl.Field(name, type)));

const lambdaError = struct({ errorMessage: pl.Utf8, errorType: pl.Utf8, requestId: pl.Utf8 });
const copyResult = struct({
  CopySourceVersionId: pl.Utf8,
  CopyObjectResult: struct({ LastModified: pl.Utf8, ETag: pl.Utf8 }),
  ResponseMetadata: struct({ RequestId: pl.Utf8, HostId: pl.Utf8, HTTPStatusCode: pl.Int64 }),
});

// split takes messages apart: JSON decoded once a row, a regular expression for
// each value in the other forms. This engine has no way to take several groups
// of one match.
function split(frame) {
  const message = col('result_message');
  const isLambda = message.str.startsWith('Lambda returned function error: {');
  const isJSON = message.str.startsWith('{"');
  const isPython = message.str.startsWith('{').and(isJSON.not());
  const isSDK = message.str.contains(' (Service: ', true).and(isLambda.not()).and(message.str.startsWith('{').not());
  const only = (condition, value) => pl.when(condition).then(value).otherwise(lit(null));
  frame = frame.withColumns(
    only(isLambda, message.str.slice('Lambda returned function error: '.length)).alias('_lambda'), only(isJSON, message).alias('_json'),
    only(isPython, message).alias('_python'), only(isSDK, message).alias('_sdk'),
    only(isLambda.or(isJSON).or(isPython).or(isSDK).not(), message).alias('_text'));
  frame = frame.withColumns(col('_lambda').str.jsonDecode(lambdaError).alias('_lambda'), col('_json').str.jsonDecode(copyResult).alias('_json'));

  const lambda = name => col('_lambda').struct.field(name);
  const json = (outer, name) => col('_json').struct.field(outer).struct.field(name);
  const sdk = pattern => col('_sdk').str.extract(pattern, 1);
  const python = pattern => col('_python').str.extract(pattern, 1);
  const first = (...values) => values.reduce((a, b) => a.fillNull(b));
  return frame.select(
    col('bucket'), col('key'), col('version_id'), col('task_status'), col('http_status_code').cast(pl.Int16), col('error_code'),
    first(sdk('^(.*?) \\(Service: '), col('_text')).alias('message'),
    sdk(' \\(Service: ([^;,]+)').alias('service'),
    first(sdk('[;,] Status Code: (\\d+)').cast(pl.Int16), python("'HTTPStatusCode': (\\d+)").cast(pl.Int16),
      json('ResponseMetadata', 'HTTPStatusCode').cast(pl.Int16)).alias('aws_http_status'),
    sdk('; Error Code: ([^;]+)').alias('aws_error_code'),
    first(sdk('[;,] Request ID: ([^;,)]+)'), python("'RequestId': '([^']*)'"), json('ResponseMetadata', 'RequestId'), lambda('requestId')).alias('request_id'),
    first(sdk('Extended Request ID: ([^;,)]+)'), python("'HostId': '([^']*)'"), json('ResponseMetadata', 'HostId')).alias('extended_request_id'),
    lambda('errorMessage').alias('lambda_error_message'), lambda('errorType').alias('lambda_error_type'),
    first(python(`'ETag': '"([^"]*)"`), json('CopyObjectResult', 'ETag').str.stripChars('"')).alias('etag'),
    first(python("'CopySourceVersionId': '([^']*)'"), col('_json').struct.field('CopySourceVersionId')).alias('copy_source_version_id'),
    first(python('datetime\\.datetime\\(([0-9, ]*), tzinfo').str.strptime(pl.DataType.Datetime, '%Y, %-m, %-d, %-H, %-M, %-S'),
      json('CopyObjectResult', 'LastModified').str.slice(0, 19).str.strptime(pl.DataType.Datetime, '%Y-%m-%dT%H:%M:%S')).alias('last_modified'));
}

const works = {
  split: () => split(report()).sinkParquet(path.join(out, 'out.parquet'), { compression: 'zstd', compressionLevel: 1, maintainOrder: false, statistics: true }),
  ndjson: () => report().sinkNdJson(path.join(out, 'out.ndjson'), { maintainOrder: false }),
};

async function main() {
  fs.mkdirSync(out);
  await works[work]().collect();
}

main().catch(err => { console.error(err.message); process.exit(1); });
