// A personal data server and a directory of DIDs on loopback, as Bluesky runs them: node pds.mjs FOLDER. Prints their
// addresses as one line of JSON.
// SPDX-License-Identifier: MIT
import crypto from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import plc from '@did-plc/server';
import pds from '@atproto/pds';

// A client that is killed in mid-upload must not end the server for the others.
process.on('uncaughtException', (error) => console.error('uncaught:', error));
process.on('unhandledRejection', (error) => console.error('unhandled:', error));

const folder = process.argv[2];
const random = () => crypto.randomBytes(16).toString('hex');

async function freePort() {
  const server = net.createServer();
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

// Both servers listen on every interface unless told otherwise.
function onLoopbackAlone(app) {
  app.listen = (port) => http.createServer(app).listen(port, '127.0.0.1');
}

const [pdsPort, plcPort] = [await freePort(), await freePort()];
const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: plcPort });
onLoopbackAlone(directory.app);
await directory.start();

const environment = {
  devMode: true,
  port: pdsPort,
  hostname: 'localhost',
  didPlcUrl: `http://127.0.0.1:${plcPort}`,
  serviceHandleDomains: ['.test'],
  inviteRequired: false,
  dataDirectory: `${folder}/data`,
  blobstoreDiskLocation: `${folder}/blobs`,
  jwtSecret: random(),
  adminPassword: random(),
  plcRotationKeyK256PrivateKeyHex: crypto.randomBytes(32).toString('hex'),
  recoveryDidKey: undefined,
  disableSsrfProtection: true,
};
const config = pds.envToCfg(environment);
const server = await pds.PDS.create(config, pds.envToSecrets(environment));
onLoopbackAlone(server.app);
await server.start();
console.log(JSON.stringify({ pds: `http://localhost:${pdsPort}`, directory: `http://127.0.0.1:${plcPort}` }));
