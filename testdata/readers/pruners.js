// The programs that read Parquet, asked for the rows of a file under conditions
// by which they leave parts of it out. A column is its name and kind, a condition
// has an operator (=, <, >=, null, not null) and a value. goesBy is what a program
// leaves parts out by.
'use strict';

const fs = require('node:fs');

const compare = (a, b) => a < b ? -1 : a > b ? 1 : a - b === 0 || a === b ? 0 : NaN;
const compareStrings = (a, b) => typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : compare(a, b);
const hex = text => Buffer.from(text).toString('hex');
const double = v => Object.is(v, -0) ? '-0.0' : String(v);

// condition is SQL; literal writes values.
const condition = (column, { op, value }, literal) =>
  `${column} ${{ null: 'IS NULL', 'not null': 'IS NOT NULL' }[op] ?? `${op} ${literal(value)}`}`;

// sqlCounts is one query with a row for each condition.
const sqlCounts = (from, column, wheres, literal) => wheres.map((where, i) =>
  `SELECT ${i} AS i, count(*) AS n FROM ${from} WHERE ${condition(column, where, literal)}`).join(' UNION ALL ');

const duckdb = {
  name: 'DuckDB',
  goesBy: ['statistics', 'null-count', 'bloom'],
  // NaN is the greatest.
  compare: (a, b) => Number.isNaN(a) ? 1 : compareStrings(a, b),

  literals: {
    string: v => `decode(from_hex('${hex(v)}'))`,
    int32: v => `'${v}'::INTEGER`,
    int64: v => `'${v}'::BIGINT`,
    float64: v => `'${double(v)}'::DOUBLE`,
    time: v => `TIMESTAMPTZ '${v.toISOString()}'`,
  },

  async run(sql) {
    const { DuckDBInstance } = require('@duckdb/node-api');
    this.connection ??= await (await DuckDBInstance.create()).connect();
    return (await this.connection.runAndReadAll(sql)).getRows();
  },

  async rows(file, columns, [column, kind], where) {
    const rows = await this.run(`SELECT ${columns.map(([c]) => c)} FROM read_parquet('${file}') WHERE ${condition(column, where, this.literals[kind])}`);
    return rows.map(row => row.map((v, i) => v !== null && columns[i][1] === 'time' ? new Date(Number(v.micros / 1000n)) : v));
  },

  async counts(file, [column, kind], wheres) {
    const rows = await this.run(sqlCounts(`read_parquet('${file}')`, column, wheres, this.literals[kind]));
    return rows.sort(([a], [b]) => a - b).map(([, n]) => Number(n));
  },
};

const clickhouse = {
  name: 'ClickHouse',
  goesBy: ['statistics', 'null-count', 'page-index', 'bloom'],
  compare: compareStrings,

  literals: {
    string: v => `unhex('${hex(v)}')`,
    int32: v => `toInt32('${v}')`,
    int64: v => `toInt64('${v}')`,
    float64: v => `toFloat64('${double(v)}')`,
    time: v => `fromUnixTimestamp64Micro(toInt64('${v.getTime() * 1000}'), 'UTC')`,
  },

  run(sql) {
    const { query } = require('chdb');
    const settings = 'output_format_json_quote_64bit_integers = 1, output_format_json_quote_denormals = 1, input_format_parquet_preserve_order = 1';
    return query(`${sql} SETTINGS ${settings}`, 'JSONCompactEachRow').split('\n').filter(Boolean).map(line => JSON.parse(line));
  },

  rows(file, columns, [column, kind], where) {
    const list = columns.map(([c, kind]) => kind === 'time' ? `toUnixTimestamp64Milli(${c})` : c);
    const parse = { int64: BigInt, time: v => new Date(Number(v)), float64: v => Number(String(v).replace('inf', 'Infinity')) };
    const rows = this.run(`SELECT ${list} FROM file('${file}', 'Parquet') WHERE ${condition(column, where, this.literals[kind])}`);
    return rows.map(row => row.map((v, i) => {
      const [, kind] = columns[i];
      return v === null || !(kind in parse) ? v : Object.is(v, -0) ? v : parse[kind](v);
    }));
  },

  counts(file, [column, kind], wheres) {
    const counts = sqlCounts(`file('${file}', 'Parquet')`, column, wheres, this.literals[kind]);
    return this.run(`SELECT n FROM (${counts}) ORDER BY i`).map(([n]) => Number(n));
  },
};

const hyparquet = {
  name: 'hyparquet',
  goesBy: ['statistics', 'null-count', 'page-index', 'bloom'],
  // Strings are compared as UTF-16.
  compare,

  async read(file, columns, [column, kind], { op, value }) {
    const { parquetReadObjects } = await import('hyparquet');
    const { compressors } = await import('hyparquet-compressors');
    const operator = { '=': '$eq', '<': '$lt', '>=': '$gte', null: '$eq', 'not null': '$ne' }[op];
    const data = fs.readFileSync(file);
    return parquetReadObjects({
      file: data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength), compressors, columns,
      filter: { [column]: { [operator]: value ?? null } }, useBloomFilters: true,
      // Of times it cannot read the bounds of a page of nulls, which have no bytes.
      usePageIndex: kind !== 'time',
    });
  },

  async rows(file, columns, column, where) {
    const rows = await this.read(file, columns.map(([c]) => c), column, where);
    return rows.map(row => columns.map(([c]) => row[c] ?? null));
  },

  async counts(file, column, wheres) {
    const counts = [];
    for (const where of wheres) {
      counts.push((await this.read(file, [column[0]], column, where)).length);
    }
    return counts;
  },
};

exports.pruners = [duckdb, clickhouse, hyparquet];
