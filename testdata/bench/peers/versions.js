// The versions of the peers, as one line of text.
'use strict';

const { version } = require('@duckdb/node-api');
const { dependencies } = require('./package.json');

console.log(`DuckDB ${version()}, nodejs-polars ${dependencies['nodejs-polars']}, Node ${process.version}`);
