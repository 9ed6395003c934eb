import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RigError } from '../rig/errors.ts';
import { Demo } from './demo.ts';
import { DEMO_HELP, type DemoOptions, parseDemoOptions } from './demo-options.ts';
import { Narrator } from './narrator.ts';

async function main(): Promise<number> {
  const options = parseDemoOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${DEMO_HELP}\n`);
    return 0;
  }
  const isTemporary = options.folder === undefined;
  const folder = options.folder === undefined ? mkdtempSync(join(tmpdir(), 'edgeloop-demo-')) : resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  const narrator = new Narrator(options.json ? process.stderr : process.stdout, Date.now);
  narrator.plain(`Edgeloop demo: the whole loop on real sensor data. Everything is kept under ${folder}`);
  const demo = new Demo(folder, narrator);
  const interrupted = new Promise<'interrupted'>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        narrator.plain('\nStopping agents and hub.');
        done('interrupted');
      });
    }
  });
  let isKept = false;
  try {
    const outcome = await Promise.race([tell(demo, narrator, options), interrupted]);
    if (outcome === 'interrupted') return 130;
    if (!options.exit) await interrupted;
    return 0;
  } catch (error) {
    isKept = true;
    narrator.plain(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
    narrator.plain(`Logs and data are kept in ${folder}`);
    if (options.json) process.stdout.write(`${JSON.stringify({ ok: false, error: String(error) })}\n`);
    return 1;
  } finally {
    await demo.stop();
    if (isTemporary && !isKept) rmSync(folder, { recursive: true, force: true });
  }
}

async function tell(demo: Demo, narrator: Narrator, options: DemoOptions): Promise<'told'> {
  const figures = await demo.run();
  narrator.plain(`\nThe loop has closed in ${figures.seconds.toFixed(0)} s.`);
  if (options.json) process.stdout.write(`${JSON.stringify({ ok: true, ...figures })}\n`);
  if (!options.exit) {
    const { httpUrl } = demo.hub.address;
    narrator.plain(`Console:  ${httpUrl}/console/#token=${demo.hub.adminToken}`);
    narrator.plain(`API docs: ${httpUrl}/api/docs`);
    narrator.plain('Everything keeps running until Ctrl-C.');
  }
  return 'told';
}

async function exitCode(): Promise<number> {
  try {
    return await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof RigError && error.code === 'USAGE' ? 2 : 1;
  }
}

// A stage that was interrupted still waits for its devices; nothing it could find out matters any more.
process.exit(await exitCode());
