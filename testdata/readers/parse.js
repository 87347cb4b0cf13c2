// Parses by grammars of their dialects the statements in convert/ddl/testdata which no
// reader here can run. Each grammar must refuse wrong ones, or it would prove nothing.
//
//   node parse.js
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const assert = require('node:assert/strict');
const { check, end } = require('./checks.js');
const { split } = require('./engines.js');

const statements = path.join(__dirname, '..', '..', 'convert', 'ddl', 'testdata');

// wrong are statements that are one mistake away from what is printed.
const wrong = {
  athena: ["ALTER TABLE t ADD IF NOT EXISTS PARTITION a = 'x' LOCATION 's3://b/'", "CREATE EXTERNAL TABLE t (key string COMMENT) STORED AS PARQUET LOCATION 's3://b/'"],
  spark: ["ALTER TABLE t ADD IF NOT EXISTS PARTITION a = 'x' LOCATION 's3://b/'", "CREATE TABLE t (key string COMMENT) USING PARQUET LOCATION 's3://b/'"],
  databricks: ["INSERT INTO t (key) SELECT key FROM read_files('s3://b/' format => 'parquet')", "CREATE TABLE t (key string COMMENT 'it's')"],
  trino: ["CREATE TABLE t (key varchar COMMENT) WITH (format = 'PARQUET')", "CALL system.sync_partition_metadata(schema_name => 's', mode => )"],
  snowflake: ["COPY INTO t FROM @s FILES = 'a' FILE_FORMAT = (TYPE = PARQUET)", "COPY INTO t FORM @s", "CREATE TABLE t (key VARCHAR COMMENT)"],
  redshift: ["COPY t FROM 's3://b/m' IAM_ROL DEFAULT FORMAT AS PARQUET MANIFEST", "ALTER TABLE s.t ADD PARTITION (a 'x') LOCATION 's3://b/'", "CREATE TABLE t (key VARCHAR(x))"],
  bigquery: ["CREATE TABLE t (key STRING OPTIONS (description))", "CREATE TABLE t (key STRING OPTIONS description = 'x')"],
};

// unknown are the statements that no grammar here knows: these are only compared with the text
// that was reviewed.
const unknown = { bigquery: /^(LOAD DATA|CREATE EXTERNAL TABLE) /, redshift: /^CREATE EXTERNAL SCHEMA / };

async function grammars() {
  require('node:module').register('./grammars.mjs', require('node:url').pathToFileURL(__filename));
  const dt = await import('dt-sql-parser');
  const rs = await import('@guanmingchiu/sqlparser-ts');
  await rs.init();
  const antlr = parser => statement => {
    const [mistake] = new parser().validate(`${statement};`);
    assert.equal(mistake, undefined, mistake && `${mistake.message} at ${mistake.startLine}:${mistake.startColumn}`);
  };
  const sqlparser = dialect => statement => rs.validate(statement, dialect);
  const view = /^CREATE OR REPLACE VIEW /;
  return {
    athena: s => antlr(view.test(s) ? dt.TrinoSQL : dt.HiveSQL)(s), // its queries are Trino's
    spark: antlr(dt.SparkSQL),
    databricks: antlr(dt.SparkSQL),
    trino: antlr(dt.TrinoSQL),
    snowflake: sqlparser('snowflake'),
    redshift: s => sqlparser(s.startsWith('COMMENT ') ? 'postgresql' : 'redshift')(s),
    bigquery: sqlparser('bigquery'),
  };
}

// schema says what COPY's manifest is, by "Using a manifest to specify data files" and
// "COPY from columnar data formats" of the Amazon Redshift Database Developer Guide: each entry
// has an address, and meta with the length where the files are Parquet.
function manifest(text) {
  const { entries, ...rest } = JSON.parse(text);
  assert.deepEqual(rest, {});
  assert.ok(entries.length > 0);
  for (const { url, mandatory, meta: { content_length: length, ...other }, ...more } of entries) {
    assert.match(url, /^s3:\/\/[^/]+\/.+\.parquet$/);
    assert.equal(typeof mandatory, 'boolean');
    assert.ok(Number.isSafeInteger(length) && length > 0);
    assert.deepEqual([other, more], [{}, {}]);
  }
}

// source says what a source of dbt is, by "Source properties" and "About data tests property" of
// its reference.
function source(text) {
  const { version, sources, ...rest } = require('js-yaml').load(text);
  assert.deepEqual([version, rest], [2, {}]);
  for (const { tables, ...names } of sources) {
    assert.ok(Object.entries(names).every(([name, value]) => ['name', 'schema', 'database'].includes(name) && typeof value === 'string'), JSON.stringify(names));
    for (const { columns, name, description, ...more } of tables) {
      assert.deepEqual([typeof name, typeof description, more], ['string', 'string', {}]);
      for (const { name, description, data_tests: tests = [], ...more } of columns) {
        assert.deepEqual([typeof name, typeof description, more], ['string', 'string', {}]);
        assert.doesNotMatch(description, /\{[{%#]/);
        tests.forEach(test => assert.ok(test === 'not_null' || test.accepted_values.arguments.values.length > 0));
      }
    }
  }
}

async function main() {
  const parse = await grammars();
  for (const [dialect, list] of Object.entries(wrong)) {
    for (const statement of list) {
      await check(`${dialect} refuses ${statement}`, () => assert.throws(() => parse[dialect](statement), `taken: ${statement}`));
    }
  }
  await check('a manifest without lengths', () => assert.throws(() => manifest('{"entries": [{"url": "s3://b/x.parquet", "mandatory": true}]}')));
  for (const file of fs.readdirSync(statements)) {
    const text = fs.readFileSync(path.join(statements, file), 'utf8');
    const dialect = file.split(/[-.]/)[0];
    if (file.startsWith('redshift-manifest')) {
      await check(file, () => manifest(text));
    } else if (dialect === 'dbt') {
      await check(file, () => source(text));
    } else if (parse[dialect]) {
      for (const statement of split(text).map(s => s.replace(/^--.*\n/gm, '').trim())) {
        if (!unknown[dialect]?.test(statement)) {
          await check(`${file}: ${statement.slice(0, 60)}`, () => parse[dialect](statement));
        }
      }
    }
  }
  end();
}

main();
