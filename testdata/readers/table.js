// What a table must hold: the golden rows and the commit records.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');

// golden returns the expected rows of reports. Nulls are left out.
exports.golden = reports => reports.flatMap(report =>
  fs.readFileSync(path.join(__dirname, '..', 'golden', report + '.ndjson'), 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line)));

// sort puts rows and their columns into an order of their own, since neither
// partitions nor readers keep one.
function sort(rows) {
  return rows.map(row => JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => a < b ? -1 : 1)))).sort();
}

// equal fails if got and want are not the same rows.
exports.equal = (got, want) => {
  const g = sort(got), w = sort(want);
  for (let i = 0; i < Math.max(g.length, w.length); i++) {
    assert.equal(g[i], w[i], `row ${i} of ${g.length}, want ${w.length}\n got ${g[i]}\nwant ${w[i]}`);
  }
};

// counts groups rows by columns.
exports.counts = (rows, columns) => {
  const groups = new Map();
  for (const row of rows) {
    const group = Object.fromEntries(columns.filter(c => c in row).map(c => [c, row[c]]));
    const id = JSON.stringify(group);
    groups.set(id, { ...group, n: (groups.get(id)?.n ?? 0) + 1 });
  }
  return [...groups.values()];
};

// parts are the files of the table in dest, below dest.
exports.parts = dest => fs.readdirSync(dest, { recursive: true, withFileTypes: true })
  .filter(e => e.isFile()).map(e => path.relative(dest, path.join(e.parentPath ?? e.path, e.name)))
  .filter(name => !name.startsWith('_batchreport/')).sort();

// records are the commit records in dest.
exports.records = dest => fs.readdirSync(path.join(dest, '_batchreport'))
  .map(job => JSON.parse(fs.readFileSync(path.join(dest, '_batchreport', job, 'commit.json'), 'utf8')));

// escape writes a partition's value as Hive's FileUtils.escapePathName does.
exports.escape = value => String(value).replace(/[\x00-\x1f\x7f"#%'*/:=?\\{[\]^]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'));
