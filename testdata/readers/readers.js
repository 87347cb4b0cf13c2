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
  return { format: record.options.format, columns: columns.filter(c => !path.includes(c)), path, nullName: record.options.null_partition };
}

const names = { duckdb: { string: 'VARCHAR', time: 'TIMESTAMP WITH TIME ZONE', int64: 'BIGINT', int32: 'INTEGER', float64: 'DOUBLE' },
  clickhouse: { string: 'String', time: "DateTime64(6, 'UTC')", int64: 'Int64', int32: 'Int32', float64: 'Float64' } };

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
    const all = pattern === '**/*';
    const hive = all && s.path.length > 0
      ? `, hive_partitioning = true, hive_types = {${s.path.map(c => `${c}: ${this.typeOf(c)}`)}}` : ', hive_partitioning = false';
    const columns = s.columns.map(c => `${c}: '${this.typeOf(c)}'`);
    const from = s.format === 'parquet'
      ? `read_parquet(${literal(path.join(dest, all ? pattern + '.parquet' : pattern))}${hive})`
      : `read_json(${literal(path.join(dest, all ? pattern + '.ndjson*' : pattern))}, format = 'newline_delimited', columns = {${columns}}${hive})`;
    // It knows only Hive's name for null.
    const named = all ? s.path.filter(c => this.typeOf(c) === 'VARCHAR').map(c => `nullif(${c}, ${literal(s.nullName)}) AS ${c}`) : [];
    return named.length > 0 ? `(SELECT * REPLACE (${named}) FROM ${from})` : from;
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

  // fromPath are the rows as far as DuckDB can know them from a path: it takes
  // the texts NULL, in any case, and Hive's name for null.
  fromPath: (rows, columns) => rows.map(row => Object.fromEntries(Object.entries(row).filter(([c, v]) =>
    !(columns.includes(c) && /^(null|__HIVE_DEFAULT_PARTITION__)$/i.test(v))))),
};

exports.clickhouse = {
  name: 'ClickHouse',
  quote,
  typeOf: column => names.clickhouse[kindOf(column)],

  run(sql) {
    const { query } = require('chdb');
    const settings = "date_time_output_format = 'iso', output_format_json_quote_64bit_integers = 0, date_time_input_format = 'best_effort', input_format_parquet_bloom_filter_push_down = 1";
    return query(`${sql} SETTINGS ${settings}`, 'JSONEachRow').split('\n').filter(Boolean).map(line =>
      // Times are whole milliseconds, of which golden rows have the digits.
      JSON.parse(line, (name, v) => typeof v === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z$/.test(v) ? v.replace(/000Z$/, 'Z') : v));
  },

  // from is a table function over all parts.
  from(dest) {
    const s = shape(dest);
    return this.decoded(s, s.format === 'parquet' ? `file(${quote(path.join(dest, '**/*.parquet'))}, 'Parquet')`
      : `file(${quote(path.join(dest, '**/*.ndjson*'))}, 'JSONEachRow', ${quote(this.structure(s))})`);
  },

  // remote is the same over the parts of a prefix on a server; shaped is a
  // local table of that shape.
  remote(server, prefix, shaped) {
    const s = shape(shaped);
    const format = s.format === 'parquet' ? "'Parquet'" : `'JSONEachRow', ${quote(this.structure(s))}`;
    return this.decoded(s, `s3(${quote(`${server.endpoint}/${server.bucket}/${prefix}/**/*.${s.format}*`)}, ${quote(server.accessKey)}, ${quote(server.secretKey)}, ${format})`);
  },

  structure(s) { return [...s.columns, ...s.path].map(c => `${c} Nullable(${this.typeOf(c)})`).join(', '); },

  // decoded undoes what ClickHouse leaves undone: it takes the values of a path
  // as they stand, escapes, null's name and all. Columns that are in the file
  // too are read from there.
  decoded(s, from) {
    const values = s.path.map(c => `if(toString(${c}) = ${quote(s.nullName)}, NULL, CAST(decodeURLComponent(toString(${c})) AS Nullable(${this.typeOf(c)}))) AS ${c}`);
    return values.length === 0 ? `(SELECT * FROM ${from} SETTINGS use_hive_partitioning = 0)` : `(SELECT * REPLACE (${values.join(', ')}) FROM ${from})`;
  },

  select(from) { return this.run(`SELECT * FROM ${from}`).map(withoutNulls); },
  rows(dest) { return this.select(this.from(dest)); },
  query(dest, sql) { return this.run(sql.replace('TABLE', this.from(dest))).map(withoutNulls); },
  types(dest) {
    return this.run(`DESCRIBE TABLE ${this.from(dest)}`).map(c => [c.name, c.type.replace(/^LowCardinality\((.*)\)$/, '$1').replace(/^Nullable\((.*)\)$/, '$1')]);
  },

  fromPath: rows => rows,
};

exports.hyparquet = {
  name: 'hyparquet',
  typeOf: column => ({ string: 'BYTE_ARRAY UTF8', time: 'INT64 TIMESTAMP_MICROS', int64: 'INT64', int32: 'INT32', float64: 'DOUBLE' })[kindOf(column)],

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
