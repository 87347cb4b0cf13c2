// The programs that read what was written. Each returns rows as golden rows
// are: nulls left out, times as text.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const table = require('./table.js');

// The columns that are no strings.
const kinds = {
  report_created_at: 'time', occurred_at: 'time', last_modified: 'time',
  report_row: 'int64', http_status_code: 'int32', service_status_code: 'int32', attempts: 'int32',
  timeout_seconds: 'float64',
};
const kindOf = column => kinds[column] ?? 'string';

const quote = s => `'${String(s).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const literal = s => `'${String(s).replaceAll("'", "''")}'`;

const withoutNulls = row => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

// shape is what a reader must be told: the parts' pattern, the columns in the
// files and those in the path.
function shape(dest) {
  const record = table.records(dest).find(r => r.outputs.length > 0);
  const columns = record.columns.map(c => c.name);
  const path = record.options.partition_by.filter(c => !record.options.write_partition_columns);
  return { format: record.options.format, columns: columns.filter(c => !path.includes(c)), path, partitioned: record.options.partition_by.length > 0 };
}

const names = { duckdb: { string: 'VARCHAR', time: 'TIMESTAMP WITH TIME ZONE', int64: 'BIGINT', int32: 'INTEGER', float64: 'DOUBLE' },
  clickhouse: { string: 'String', time: "DateTime64(3, 'UTC')", int64: 'Int64', int32: 'Int32', float64: 'Float64' } };

exports.duckdb = {
  name: 'DuckDB',
  typeOf: column => names.duckdb[kindOf(column)],

  async run(sql) {
    const { DuckDBInstance } = require('@duckdb/node-api');
    this.connection ??= await (await DuckDBInstance.create()).connect();
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJson();
  },

  // from is a table function over parts; pattern is a part, or all of them.
  from(dest, pattern = '**/*') {
    const s = shape(dest);
    const hive = pattern === '**/*' && s.path.length > 0
      ? `, hive_partitioning = true, hive_types = {${s.path.map(c => `${c}: ${this.typeOf(c)}`)}}` : ', hive_partitioning = false';
    if (s.format === 'parquet') {
      return `read_parquet(${literal(path.join(dest, pattern + (pattern === '**/*' ? '.parquet' : '')))}${hive})`;
    }
    const columns = s.columns.map(c => `${c}: '${this.typeOf(c)}'`);
    return `read_json(${literal(path.join(dest, pattern + (pattern === '**/*' ? '.ndjson*' : '')))}, format = 'newline_delimited', columns = {${columns}}${hive})`;
  },

  async select(from, order = '') {
    const columns = await this.run(`DESCRIBE FROM ${from}`);
    const list = columns.map(({ column_name: c, column_type: t }) => t === 'TIMESTAMP WITH TIME ZONE'
      ? `strftime(${c} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ') AS ${c}` : c);
    const rows = await this.run(`SELECT to_json("the row")::VARCHAR AS json FROM (SELECT ${list} FROM ${from}) AS "the row" ${order}`);
    return rows.map(({ json }) => withoutNulls(JSON.parse(json)));
  },

  rows(dest) { return this.select(this.from(dest)); },
  file(dest, part) { return this.select(this.from(dest, part)); },
  query(dest, sql) { return this.select(`(${sql.replace('TABLE', this.from(dest))})`); },
  async types(dest) { return (await this.run(`DESCRIBE FROM ${this.from(dest)}`)).map(c => [c.column_name, c.column_type]); },

  fromPath: rows => rows,
};

exports.clickhouse = {
  name: 'ClickHouse',
  typeOf: column => names.clickhouse[kindOf(column)],

  run(sql) {
    const { query } = require('chdb');
    const settings = "date_time_output_format = 'iso', output_format_json_quote_64bit_integers = 0, use_hive_partitioning = 1, input_format_json_read_numbers_as_strings = 0, date_time_input_format = 'best_effort'";
    return query(`${sql} SETTINGS ${settings}`, 'JSONEachRow').split('\n').filter(Boolean).map(line => JSON.parse(line));
  },

  structure: columns => columns.map(c => `${c} Nullable(${exports.clickhouse.typeOf(c)})`).join(', '),

  from(dest) {
    const s = shape(dest);
    return s.format === 'parquet' ? `file(${quote(path.join(dest, '**/*.parquet'))}, 'Parquet')`
      : `file(${quote(path.join(dest, '**/*.ndjson*'))}, 'JSONEachRow', ${quote(this.structure([...s.columns, ...s.path]))})`;
  },

  // remote is a table function over the parts of a prefix on a server.
  remote(server, prefix, format) {
    return `s3(${quote(`${server.endpoint}/${server.bucket}/${prefix}/**/*.${format}*`)}, ${quote(server.accessKey)}, ${quote(server.secretKey)}, ${quote(format === 'parquet' ? 'Parquet' : 'JSONEachRow')})`;
  },

  select(from) { return this.run(`SELECT * FROM ${from}`).map(withoutNulls); },
  rows(dest) { return this.select(this.from(dest)); },
  query(dest, sql) { return this.select(`(${sql.replace('TABLE', this.from(dest))})`); },
  types(dest) {
    return this.run(`DESCRIBE TABLE ${this.from(dest)}`).map(c => [c.name, c.type.replace(/^(LowCardinality|Nullable)\((.*)\)$/, '$2').replace(/^Nullable\((.*)\)$/, '$1')]);
  },

  fromPath: rows => rows,
};

exports.hyparquet = {
  name: 'hyparquet',
  typeOf: column => ({ string: 'BYTE_ARRAY UTF8', time: 'INT64 TIMESTAMP_MILLIS', int64: 'INT64', int32: 'INT32', float64: 'DOUBLE' })[kindOf(column)],

  async rows(dest) {
    const { parquetReadObjects } = await import('hyparquet');
    const { compressors } = await import('hyparquet-compressors');
    const rows = [];
    for (const part of table.parts(dest)) {
      const file = read(dest, part);
      const fromPath = shape(dest).path.length === 0 ? [] : part.split('/').slice(0, -1).map(dir => dir.split('='));
      for (const row of await parquetReadObjects({ file, compressors })) {
        rows.push({ ...Object.fromEntries(fromPath), ...withoutNulls(Object.fromEntries(Object.entries(row).map(([name, v]) =>
          [name, typeof v === 'bigint' ? Number(v) : v instanceof Date ? v.toISOString() : v === undefined ? null : v]))) });
      }
    }
    return rows;
  },

  async types(dest) {
    const { parquetMetadataAsync } = await import('hyparquet');
    const { schema } = await parquetMetadataAsync(read(dest, table.parts(dest)[0]));
    return schema.slice(1).map(c => [c.name, [c.type, c.converted_type].filter(Boolean).join(' ')]);
  },
};

function read(dest, part) {
  const data = fs.readFileSync(path.join(dest, part));
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}
