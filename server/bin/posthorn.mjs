#!/usr/bin/env node
const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  await import('../dist/cli/main.js');
} else {
  process.stderr.write(`posthorn needs Node 24 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 78;
}
