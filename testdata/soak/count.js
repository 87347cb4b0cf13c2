// Answers each line of standard input, a query in JSON that counts rows, with a
// line {"rows": n} or {"error": "why"}. A table without files has no rows.
//
//   node count.js duckdb|clickhouse
'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');
const readline = require('node:readline');
const from = createRequire(path.join(__dirname, '..', 'readers', 'package.json'));

const engines = {
  async duckdb() {
    const { DuckDBInstance } = from('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create()).connect();
    return async sql => Number((await connection.runAndReadAll(sql)).getRowObjectsJson()[0].n);
  },
  async clickhouse() {
    const { query } = from('chdb');
    return async sql => JSON.parse(query(sql, 'JSONEachRow').trim()).n;
  },
};

async function main() {
  const count = await engines[process.argv[2]]();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = { rows: await count(JSON.parse(line)) };
    } catch (err) {
      const error = String(err.message ?? err);
      answer = error.includes('No files found') ? { rows: 0 } : { error };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
}

main();
