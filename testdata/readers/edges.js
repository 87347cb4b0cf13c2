// Reads with other programs the tables that TestEdgeTables writes: every cell,
// and how many rows conditions find. A condition lets a reader leave out row
// groups and pages by what the file says about them; where that is wrong, rows
// are missing and nobody is told.
//
//   node edges.js FOLDER
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { check, end } = require('./checks.js');
const { pruners } = require('./pruners.js');

const [folder] = process.argv.slice(2);

// A cell is null, a string, a number, a bigint for int64, or a Date.
const kinds = { key: 'string', error_code: 'string', http_status_code: 'int32', report_row: 'int64', timeout_seconds: 'float64', occurred_at: 'time' };
const parse = {
  string: text => text,
  int32: Number,
  int64: BigInt,
  float64: text => Number(text.replace('Inf', 'Infinity')),
  time: text => new Date(Number(text) / 1000),
};

// table returns the rows that a table must have.
function table(name, columns) {
  return fs.readFileSync(path.join(folder, name + '.ndjson'), 'utf8').split('\n').filter(Boolean).map(line => {
    const row = JSON.parse(line);
    return columns.map(c => c in row ? parse[kinds[c]](row[c]) : null);
  });
}

// conditions are of every kind, with values at the ends and in the middle of
// those that are there, and for strings with some beside them.
function conditions(kind, cells) {
  const cmp = kind === 'string' ? (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) : (a, b) => a < b ? -1 : a > b ? 1 : 0;
  // ClickHouse takes no statement with a longer literal.
  const values = cells.filter(v => v !== null && !Number.isNaN(v) && !(v.length > 1e5)).sort(cmp);
  const sample = [0, 1, values.length >> 1, values.length - 2, values.length - 1].filter(i => i in values).map(i => values[i]);
  const beside = kind === 'string' ? sample.flatMap(v => [v + '\0', [...v].slice(0, 64).join('')]) : [];
  const unique = [...new Map([...sample, ...beside].map(v => [Object.is(v, -0) ? '-0' : String(v), v])).values()];
  return [{ op: 'null' }, { op: 'not null' }, ...unique.flatMap(value => ['=', '<', '>='].map(op => ({ op, value })))];
}

// matches reports whether a cell meets a condition, as that reader orders them.
function matches(reader, cell, { op, value }) {
  if (cell === null || op.endsWith('null')) {
    return op === (cell === null ? 'null' : 'not null');
  }
  const order = reader.compare(cell, value);
  return op === '=' ? order === 0 : op === '<' ? order < 0 : order >= 0;
}

async function edgeTable(name) {
  const columns = Object.entries(kinds);
  const file = path.join(folder, name + '.parquet');
  const rows = table(name, columns.map(([c]) => c));
  for (const reader of pruners) {
    for (const [i, column] of columns.entries()) {
      const wheres = conditions(column[1], rows.map(row => row[i]));
      await check(`${name}: rows counted by ${reader.name} in ${column[0]}`, async () => {
        const counts = await reader.counts(file, column, wheres);
        wheres.forEach((where, w) =>
          assert.equal(counts[w], rows.filter(row => matches(reader, row[i], where)).length, `${where.op} ${where.value}`));
      });
      // The first two are all rows, together. Pages of other columns have other
      // ends, so the last one tells whether they are put together rightly.
      for (const where of new Set([wheres[0], wheres[1], wheres.at(-1)])) {
        await check(`${name}: rows read by ${reader.name}: ${column[0]} ${where.op}`, async () => {
          const got = await reader.rows(file, columns, column, where);
          const want = rows.filter(row => matches(reader, row[i], where));
          assert.equal(got.length, want.length, 'rows');
          got.forEach((row, r) => assert.deepStrictEqual(row, want[r], `row ${r}`));
        });
      }
    }
  }
}

// lie checks that readers lose rows to a file that says what is not so: only of
// what they go by does it mean something that they find all rows.
async function lie(name) {
  const file = path.join(folder, name + '.parquet');
  const cells = table(name, ['report_row']).map(([cell]) => cell);
  const where = name === 'lie-null-count' ? { op: 'null' } : { op: '=', value: 999n };
  for (const reader of pruners) {
    const goesBy = reader.goesBy.includes(name.replace('lie-', ''));
    await check(`${name}: ${reader.name} ${goesBy ? 'goes' : 'does not go'} by it`, async () => {
      const want = cells.filter(cell => matches(reader, cell, where)).length;
      assert.ok(want > 0);
      assert.deepEqual(await reader.counts(file, ['report_row', 'int64'], [where]), [goesBy ? 0 : want]);
    });
  }
}

async function main() {
  const names = fs.readdirSync(folder).filter(name => name.endsWith('.parquet')).map(name => path.basename(name, '.parquet'));
  assert.ok(names.length > 40, 'tables are missing');
  for (const name of names) {
    await (name.startsWith('lie-') ? lie : edgeTable)(name);
  }
  end();
}

main();
