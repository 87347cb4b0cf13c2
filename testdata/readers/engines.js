// The programs that run what batchreport ddl prints. Each is given a script and a table of
// it, and returns the table's rows as golden rows are: nulls left out, times as text.
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const readers = require('./readers.js');

const literal = s => `'${String(s).replaceAll("'", "''")}'`;
const withoutNulls = row => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

// split returns the statements of a script: a line break within a literal is an escape, so
// only the end of a statement stands before one.
exports.split = script => script.split(/;\n/).filter(s => s.replace(/^--.*$/gm, '').trim());

exports.DuckDB = class {
  name = 'DuckDB';
  dialect = 'duckdb';
  quote(name) { return `"${name.replaceAll('"', '""')}"`; }

  async open() {
    const { DuckDBInstance } = require('@duckdb/node-api');
    this.reader = { ...readers.duckdb, connection: await (await DuckDBInstance.create()).connect() };
  }
  async run(script) { for (const s of exports.split(script)) await this.reader.run(s); }
  rows(table) { return this.reader.select(table); }
  async comments(schema, table) {
    return (await this.reader.run(`SELECT column_name AS name, comment FROM duckdb_columns() WHERE schema_name = ${literal(schema)} AND table_name = ${literal(table)}`)).map(c => [c.name, c.comment]);
  }
  close() {}
  // known are the rows as far as it can know them: from a path it takes the texts NULL, in
  // any case, and Hive's name for null.
  known = (rows, columns) => readers.duckdb.fromPath(rows, columns);
};

exports.ClickHouse = class {
  name = 'ClickHouse';
  dialect = 'clickhouse';
  quote(name) { return '`' + name.replaceAll('\\', '\\\\').replaceAll('`', '\\`') + '`'; }

  open(folder) {
    const { Session } = require('chdb');
    this.session = new Session(folder);
    this.reader = { ...readers.clickhouse };
  }
  query(sql, settings = '') {
    return this.session.query(sql + settings, 'JSONEachRow').split('\n').filter(Boolean);
  }
  run(script) { for (const s of exports.split(script)) this.query(s); }
  rows(table) {
    return this.query(`SELECT * FROM ${table}`, " SETTINGS date_time_output_format = 'iso', output_format_json_quote_64bit_integers = 0").map(line =>
      withoutNulls(JSON.parse(line, (name, v) => typeof v === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z$/.test(v) ? v.replace(/000Z$/, 'Z') : v)));
  }
  comments(schema, table) {
    return this.query(`SELECT name, comment FROM system.columns WHERE database = ${this.reader.quote(schema)} AND table = ${this.reader.quote(table)}`).map(line => Object.values(JSON.parse(line)));
  }
  close() { this.session.cleanup(); }
  known = rows => rows;
};

// PostgreSQL is a server of its own, which listens on a socket in its folder alone.
exports.PostgreSQL = class {
  name = 'PostgreSQL';
  dialect = 'postgres';
  quote(name) { return `"${name.replaceAll('"', '""')}"`; }

  open(folder) {
    const versions = fs.readdirSync('/usr/lib/postgresql').sort((a, b) => a - b);
    this.bin = path.join('/usr/lib/postgresql', versions[versions.length - 1], 'bin');
    this.folder = folder;
    fs.mkdirSync(folder);
    this.owner = process.getuid() === 0 ? { uid: id('-u'), gid: id('-g') } : {}; // root must not run it
    if (this.owner.uid) fs.chownSync(folder, this.owner.uid, this.owner.gid);
    this.server('initdb', '-D', `${folder}/data`, '-U', 'readers', '-A', 'trust', '-E', 'UTF8', '--locale', 'C', '--no-sync');
    this.server('pg_ctl', '-D', `${folder}/data`, '-w', '-l', `${folder}/log`, '-o', `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off`, 'start');
    this.stop = () => { this.stop = () => {}; this.server('pg_ctl', '-D', `${folder}/data`, '-m', 'immediate', 'stop'); };
    process.once('exit', () => this.stop());
  }
  server(program, ...args) { execFileSync(path.join(this.bin, program), args, { ...this.owner, cwd: this.folder, stdio: 'ignore' }); }
  psql(script) {
    return execFileSync(path.join(this.bin, 'psql'), ['-X', '-q', '-A', '-t', '-h', this.folder, '-U', 'readers', '-d', 'postgres', '-v', 'ON_ERROR_STOP=1', '-f', '-'], { input: script, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 1 << 28 });
  }
  run(script) { this.psql(script); }
  rows(table) {
    const columns = this.psql(`SELECT json_build_array(attname, atttypid::regtype) FROM pg_attribute WHERE attrelid = ${literal(table)}::regclass AND attnum > 0 ORDER BY attnum`).split('\n').filter(Boolean).map(line => JSON.parse(line));
    const list = columns.map(([c, type]) => type === 'timestamp with time zone'
      ? `to_char(${this.quote(c)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ${this.quote(c)}` : this.quote(c));
    return this.psql(`SELECT row_to_json(r) FROM (SELECT ${list} FROM ${table}) AS r`).split('\n').filter(Boolean).map(line => withoutNulls(JSON.parse(line)));
  }
  comments(schema, table) {
    const name = literal(`${this.quote(schema)}.${this.quote(table)}`);
    return this.psql(`SELECT json_build_array(attname, col_description(attrelid, attnum)) FROM pg_attribute WHERE attrelid = ${name}::regclass AND attnum > 0`).split('\n').filter(Boolean).map(line => JSON.parse(line));
  }
  close() { this.stop(); }
  // No text of it can hold NUL.
  known = rows => rows.map(row => Object.fromEntries(Object.entries(row).map(([c, v]) => [c, typeof v === 'string' ? v.replaceAll('\0', '\ufffd').replaceAll('\\u0000', '\\ufffd') : v])));
};

const id = flag => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
