// A real S3 server on a free loopback port.
'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');

exports.Server = class Server {
  accessKey = 'readers';
  secretKey = 'readers-secret';
  bucket = 'reports';

  // start runs versitygw on folder and waits until it listens.
  static async start(versitygw, folder) {
    const server = new Server();
    const port = await freePort();
    // A folder is a bucket to the server's posix backend.
    fs.mkdirSync(path.join(folder, 'data', server.bucket), { recursive: true });
    fs.mkdirSync(path.join(folder, 'meta'));
    server.endpoint = `http://127.0.0.1:${port}`;
    server.process = spawn(versitygw, [`127.0.0.1:${port}`, 'us-east-1', path.join(folder, 'meta'), path.join(folder, 'data')], {
      stdio: 'ignore', env: { ...process.env, ROOT_ACCESS_KEY: server.accessKey, ROOT_SECRET_KEY: server.secretKey },
    });
    process.once('exit', () => server.process.kill());
    while (!await listens(port)) {
      if (server.process.exitCode !== null) {
        throw new Error(`versitygw ended with ${server.process.exitCode}`);
      }
    }
    return server;
  }

  async stop() {
    if (this.process.exitCode === null) {
      this.process.kill();
      await once(this.process, 'exit');
    }
  }
};

async function freePort() {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}

// listens tries for a tenth of a second.
function listens(port) {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
    socket.on('error', () => setTimeout(resolve, 100, false));
  });
}
