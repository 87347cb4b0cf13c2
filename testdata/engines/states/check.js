// Checks the state machine that batchreport deploy prints, and runs it by an engine of
// its language. What stands for AWS Batch runs the real command, and tries again what
// the job definition of batchreport deploy says. No AWS is asked.
//
//   node check.js BATCHREPORT VERSITYGW
'use strict';

const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { check, end } = require('../../readers/checks.js');
const { Server } = require('../../readers/server.js');

// The engine wants it, and Node.js has it from version 22 on.
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new Promise((yes, no) => { resolve = yes; reject = no; });
  return { promise, resolve, reject };
};
const validate = require('asl-validator');
const { StateMachine } = require('aws-local-stepfunctions');

const [batchreport, versitygw] = process.argv.slice(2).map(name => path.resolve(name));
const reports = path.resolve(__dirname, '../../reports');
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'states-'));
let env;

// run runs batchreport to its end, and returns its exit code or, of one that was killed, 137.
async function run(args, variables = {}, kill = false) {
  const child = spawn(batchreport, args, { env: { ...env, ...variables }, stdio: 'ignore' });
  if (kill) {
    child.kill('SIGKILL');
  }
  const [code, signal] = await once(child, 'exit');
  return signal ? 137 : code;
}

const printed = (...args) => execFileSync(batchreport, ['deploy', '--quiet', ...args], { env, encoding: 'utf8' });
const machine = (...args) => JSON.parse(printed('--engine', 'step-functions', '--queue', 'q', '--plans', 's3://reports/plans', '--path-style', ...args));

// Batch runs jobs as AWS Batch does, by the retry strategy of a job definition.
class Batch {
  constructor(definition, faults = {}) {
    this.strategy = definition.retryStrategy;
    this.faults = faults;
    this.runs = [];
  }

  // submit is batch:submitJob.sync.
  async submit(input) {
    if (this.faults.throttle-- > 0) {
      throw failure('Batch.TooManyRequestsException', 'slow down');
    }
    const size = input.ArrayProperties?.Size ?? 1;
    assert.ok(size === 1 || size >= 2 && size <= 10000);
    const codes = [];
    for (let i = 0; i < size; i++) {
      const array = input.ArrayProperties ? { AWS_BATCH_JOB_ARRAY_INDEX: `${i}`, AWS_BATCH_JOB_ARRAY_SIZE: `${size}` } : {};
      codes.push(await this.job(input, i, array));
    }
    const failed = codes.find(code => code !== 0);
    if (failed !== undefined) {
      // That of an array has no container.
      const container = input.ArrayProperties ? {} : { Container: { ExitCode: failed } };
      throw failure('States.TaskFailed', JSON.stringify({ Status: 'FAILED', ...container }));
    }
    return { Status: 'SUCCEEDED' };
  }

  async job(input, index, variables) {
    for (let attempt = 1; ; attempt++) {
      const kill = this.faults.kill === index && input.ArrayProperties && attempt === 1;
      const code = await run(input.ContainerOverrides.Command, variables, kill);
      this.runs.push(`${input.ContainerOverrides.Command[0]} ${index} ${code}`);
      if (code === 0 || attempt === this.strategy.attempts || this.action(code) === 'EXIT') {
        return code;
      }
    }
  }

  action(code) {
    return this.strategy.evaluateOnExit.find(rule => rule.onExitCode === `${code}` || rule.onReason === '*').action;
  }
}

function failure(name, cause) {
  const error = new Error(cause);
  error.name = name;
  return error;
}

// execute runs a state machine, and returns its output.
async function execute(definition, input, batch, name) {
  const handlers = {
    ReadSize: ({ Bucket, Key }) => ({ Body: fs.readFileSync(path.join(root, 'data', Bucket, Key), 'utf8') }),
  };
  for (const state of ['Plan', 'Tasks', 'Commit']) {
    handlers[state] = parameters => batch.submit(parameters);
  }
  const pauses = { Plan: 1, ReadSize: 1, Tasks: 1, Commit: 1 };
  return new StateMachine(definition).run(input, {
    overrides: { taskResourceLocalHandlers: handlers, retryIntervalOverrides: pauses },
    context: { Execution: { Name: name, Input: input } },
  }).result;
}

// files returns the files of a folder in the bucket: name and bytes in hex.
function files(folder) {
  const dir = path.join(root, 'data', 'reports', folder);
  if (!fs.existsSync(dir)) {
    return [];
  }
  return fs.readdirSync(dir, { recursive: true }).filter(name => fs.statSync(path.join(dir, name)).isFile()).sort()
    .map(name => [name, fs.readFileSync(path.join(dir, name)).toString('hex')]);
}

async function main() {
  const server = await Server.start(versitygw, root);
  env = {
    ...process.env, AWS_ACCESS_KEY_ID: server.accessKey, AWS_SECRET_ACCESS_KEY: server.secretKey, AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: server.endpoint, AWS_EC2_METADATA_DISABLED: 'true', BATCHREPORT_PATH_STYLE: 'true', BATCHREPORT_TASK_SIZE: '64',
  };
  const bucket = path.join(root, 'data', 'reports');
  for (const name of ['several', 'broken/too-few-columns', 'seed']) {
    fs.cpSync(path.join(reports, name), path.join(bucket, 'in', path.basename(name)), { recursive: true });
  }
  const script = printed('--engine', 'aws-batch', '--image', 'i', '--role', 'r', '--execution-role', 'e');
  const definition = JSON.parse(/<<'JSON'\n(.*?)\nJSON\n/s.exec(script)[1]);
  const input = (name, dest) => ({ source: `s3://reports/in/${name}`, dest: `s3://reports/${dest}` });

  await check('the validator takes it', () => {
    for (const args of [[], ['--fail-on', "code:it's{0}>0", '--rejects-ok'], ['s3://a/b', 's3://c']]) {
      const { isValid, errorsText } = validate(machine(...args));
      assert.ok(isValid, errorsText?.('\n'));
    }
  });
  for (const [right, wrong] of [['"Next": "ReadSize"', '"Nxet": "ReadSize"'], ['"Next": "ReadSize"', '"Next": "ReadSzie"'],
    ['"ErrorEquals"', '"ErrorEqual"'], ['"Type": "Choice"', '"Type": "Choise"'], ['"MaxAttempts": 5', '"MaxAttempts": "5"'],
    ['"NumericEquals": 4', '"NumericEqual": 4'], ['"StartAt": "Input"', '"StartAt": "Inputs"'], ['"Resource": "arn:aws:states:::batch:submitJob.sync"', '"Resource": "batch:submitJob.sync"']]) {
    await check(`the validator refuses ${wrong}`, () => {
      const text = printed('--engine', 'step-functions', '--queue', 'q', '--plans', 's3://reports/plans');
      assert.ok(text.includes(right), `it has no ${right}`);
      assert.equal(validate(JSON.parse(text.replace(right, wrong))).isValid, false);
    });
  }

  await check('an execution makes the table, though a job is killed and a request is refused', async () => {
    assert.equal(await run(['convert', 's3://reports/in/several', 's3://reports/want']), 0);
    const batch = new Batch(definition, { kill: 1, throttle: 1 });
    await execute(machine(), input('several', 'table'), batch, 'first');
    assert.deepEqual(batch.runs, ['plan 0 0', 'task 0 0', 'task 1 137', 'task 1 0', 'task 2 0', 'task 3 0', 'commit 0 0']);
    assert.ok(files('want').length > 4);
    assert.deepEqual(files('table'), files('want'));
  });
  await check('the same input again changes nothing', async () => {
    await execute(machine(), input('several', 'table'), new Batch(definition), 'second');
    assert.deepEqual(files('table'), files('want'));
  });
  await check('what the input leaves out is as deploy was told', async () => {
    await execute(machine('s3://reports/in/several', 's3://reports/defaults'), {}, new Batch(definition), 'defaults');
    assert.deepEqual(files('defaults'), files('want'));
  });
  await check('one task is an array of two', async () => {
    env.BATCHREPORT_TASK_SIZE = '1GiB';
    const batch = new Batch(definition);
    await execute(machine(), input('several', 'one'), batch, 'one');
    env.BATCHREPORT_TASK_SIZE = '64';
    assert.deepEqual(batch.runs, ['plan 0 0', 'task 0 0', 'task 1 0', 'commit 0 0']);
    assert.ok(files('one').length > 0);
  });

  const fails = (name, state, definitionOf, what) => check(name, async () => {
    const result = execute(definitionOf, what, new Batch(definition), name.replaceAll(' ', '-'));
    // The engine says of a state that fails what its cause is.
    await assert.rejects(result, error => error.message.includes(definitionOf.States[state].Cause) || assert.fail(error));
  });
  await fails('a threshold is passed and the table is there', 'ThresholdPassed', machine('--fail-on', 'failed>0'), input('seed', 'threshold'));
  await check('the table of a passed threshold', () => assert.ok(files('threshold').some(([name]) => name.endsWith('commit.json'))));
  await fails('a report that is not there', 'PlanFailed', machine(), input('none', 'nothing'));
  await fails('a report that cannot be read', 'TasksFailed', machine(), input('too-few-columns', 'broken'));
  await check('nothing is published of what failed', () => assert.ok(files('broken').every(([name]) => !name.endsWith('commit.json') && !name.endsWith('.parquet'))));
  env.BATCHREPORT_MAX_REJECTS = '1';
  await check('rejected rows are done', async () => {
    const batch = new Batch(definition);
    await execute(machine(), input('too-few-columns', 'rejects'), batch, 'rejects');
    assert.equal(batch.runs.at(-1), 'commit 0 3');
  });
  delete env.BATCHREPORT_MAX_REJECTS;
  await fails('wrong usage is not tried again', 'PlanFailed', machine(), { source: '', dest: 's3://reports/usage' });

  await server.stop();
}

main().then(end, err => { console.error(err); process.exitCode = 1; }).finally(() => fs.rmSync(root, { recursive: true, force: true }));
