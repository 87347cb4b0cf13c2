// Counts what was checked, and says what failed.
'use strict';

let passed = 0, failed = 0;

exports.check = async (name, f) => {
  try {
    await f();
    passed++;
  } catch (err) {
    failed++;
    console.log(`FAIL ${name}\n${String(err.message ?? err).slice(0, 2000)}`);
  }
};

exports.end = () => {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
};
