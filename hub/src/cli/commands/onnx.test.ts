import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { float32, GraphBuilder, type Model, type TensorProto, writeModel } from '@edgeloop/onnx';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/hub-rig.ts';
import type { CliIo } from '../cli-io.ts';
import { runCommandLine } from '../program.ts';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line where no hub is and none can be reached. */
async function edgeloop(...argv: string[]): Promise<Ended> {
  const texts = { out: '', err: '' };
  const io: CliIo = {
    env: {},
    isInteractive: false,
    fetch: () => expect.unreachable('a hub was asked'),
    out: (text) => {
      texts.out += text;
    },
    err: (text) => {
      texts.err += text;
    },
  };
  return { code: await runCommandLine(argv, io), ...texts };
}

function small(weights: number[] = [1, 2, 3, 4], operator = 'MatMul', name = 'product'): Model {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 2]);
  graph.initializer('w', float32(weights, [2, 2]));
  graph.output(graph.node(operator, ['x', 'w'], {}, { name, outputs: ['y'] }), 'float32', ['batch', 2]);
  return graph.build();
}

function saved(model: Model, folder = temporaryFolder(), name = 'model.onnx'): string {
  const path = join(folder, name);
  writeFileSync(path, writeModel(model));
  return path;
}

/** The small model with its weights in another file. */
function outside(location: string, dims = 2): Model {
  const model = small();
  const [constant] = model.graph.initializer as [TensorProto];
  constant.rawData = null;
  constant.dataLocation = 1;
  constant.dims = constant.dims.map((dim) => dim.mul(dims / 2));
  constant.externalData = [{ key: 'location', value: location }];
  return model;
}

const WEIGHTS = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

describe('edgeloop onnx inspect', () => {
  it('tells what a model is and costs, as text and as JSON', async () => {
    const path = saved(small());
    const { code, out, err } = await edgeloop('onnx', 'inspect', path, '--size', 'batch=3');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/inputs +x float32 \[3, 2\]\noutputs +y float32 \[3, 2\]\nparameters +4, 16 B/);
    expect(out).toMatch(/multiply-adds +12 per run\nactivations +about 48 B at product/);
    expect(out).toContain('differentiation: 1 weight, gradients through 1 node, all of them');
    expect(out).toContain('quantization: 1 node becomes integer');
    const json = await edgeloop('onnx', 'inspect', path, '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      file: { path },
      openSizes: ['batch'],
      multiplyAddsPerRow: 4,
      differentiation: { trainable: ['w'], blocking: [] },
      quantization: { quantized: [{ node: 'product', operator: 'MatMul' }], kept: [] },
    });
  });

  it('says where open sizes were counted as 1, and which there are', async () => {
    const path = saved(small());
    expect((await edgeloop('onnx', 'inspect', path)).out).toMatch(/multiply-adds +4 per run, open sizes as 1: batch/);
    const unknown = await edgeloop('onnx', 'inspect', path, '--size', 'width=3');
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('must be one of batch') });
    for (const size of ['batch', 'batch=0', 'batch=x', 'batch=1.5']) {
      expect((await edgeloop('onnx', 'inspect', path, '--size', size)).code, size).toBe(2);
    }
  });

  it('lists files with weights, and whether they are there', async () => {
    const folder = temporaryFolder();
    const path = saved(outside('w.bin'), folder);
    expect((await edgeloop('onnx', 'inspect', path)).out).toMatch(/weights in +w\.bin \(missing\)/);
    writeFileSync(join(folder, 'w.bin'), WEIGHTS);
    expect((await edgeloop('onnx', 'inspect', path)).out).toMatch(/weights in +w\.bin \(16 B\)/);
    const away = saved(outside('../w.bin'), folder);
    expect((await edgeloop('onnx', 'inspect', away)).out).toContain('(outside of the folder)');
  });

  it('says that a broken model is one', async () => {
    const path = saved(small([1, 2, 3, 4], 'MatMull'));
    expect((await edgeloop('onnx', 'inspect', path)).out).toMatch(/faults +1, which "edgeloop onnx check" tells\n/);
    expect(JSON.parse((await edgeloop('onnx', 'inspect', path, '--json')).out)).toMatchObject({ faults: 1 });
    expect((await edgeloop('onnx', 'inspect', saved(small()))).out).not.toContain('faults');
  });

  it('shows names from a file without what they could do to a terminal', async () => {
    const { out } = await edgeloop('onnx', 'inspect', saved(small([1, 2, 3, 4], 'MatMul', 'red\u001b[31m')));
    expect(out).toContain('at red?[31m');
  });
});

describe('edgeloop onnx check', () => {
  it('ends with 0 for a good model', async () => {
    const path = saved(small());
    expect(await edgeloop('onnx', 'check', path)).toEqual({ code: 0, out: `${path}: no faults\n`, err: '' });
  });

  it('ends with 1 and names what is wrong', async () => {
    const path = saved(small([1, 2, 3, 4], 'MatMull'));
    const { code, out } = await edgeloop('onnx', 'check', path);
    expect(code).toBe(1);
    expect(out).toMatch(/^OPERATOR_UNKNOWN {2}Node product \(MatMull\) must use an operator of operator set 21, got/);
    const json = await edgeloop('onnx', 'check', path, '--json');
    expect(JSON.parse(json.out).faults).toMatchObject([{ code: 'OPERATOR_UNKNOWN', place: { node: 'product' } }]);
    expect(json.code).toBe(1);
  });

  it('reads weights from the folder of the model, and from nowhere else', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'w.bin'), WEIGHTS);
    expect((await edgeloop('onnx', 'check', saved(outside('w.bin'), folder))).code).toBe(0);
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    symlinkSync(join(folder, 'w.bin'), join(inner, 'link.bin'));
    for (const location of ['../w.bin', join(folder, 'w.bin'), 'link.bin', '../inner/../w.bin']) {
      const { code, out } = await edgeloop('onnx', 'check', saved(outside(location), inner));
      expect(code, location).toBe(1);
      expect(out, location).toContain('EXTERNAL_DATA  weights must lie in the folder of the model');
    }
    for (const location of ['gone.bin', '.']) {
      expect((await edgeloop('onnx', 'check', saved(outside(location), inner))).out).toContain('EXTERNAL_DATA');
    }
  });

  it('refuses weights of 2 GiB before it reads them', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'w.bin'), WEIGHTS);
    const { code, out } = await edgeloop('onnx', 'check', saved(outside('w.bin', 2 ** 15), folder));
    expect(code).toBe(1);
    expect(out).toContain('must be smaller than 2147483648 bytes in total, got 4294967296');
  });
});

describe('edgeloop onnx diff', () => {
  it('ends with 0 for equal models, also when one has its weights in another file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'w.bin'), WEIGHTS);
    const [inside, beside] = [saved(small(), folder, 'a.onnx'), saved(outside('w.bin'), folder, 'b.onnx')];
    expect(await edgeloop('onnx', 'diff', inside, beside)).toEqual({ code: 0, out: 'no differences\n', err: '' });
  });

  it('ends with 1 for others and tells what is different', async () => {
    const folder = temporaryFolder();
    const before = saved(small(), folder, 'a.onnx');
    const after = saved(small([1, 2, 3, 5], 'Gemm'), folder, 'b.onnx');
    const { code, out } = await edgeloop('onnx', 'diff', before, after);
    expect(code).toBe(1);
    expect(out).toContain('constants\n  ~ w: 25.00 % of the values differ, by 1 at most\n');
    expect(out).toContain('nodes\n  ~ product (Gemm) operator: MatMul -> Gemm\n');
    expect(out).toContain('nodes by operator\n  ~ Gemm: 0 -> 1\n  ~ MatMul: 1 -> 0\n');
    const json = JSON.parse((await edgeloop('onnx', 'diff', before, after, '--json')).out);
    expect(json.initializers).toMatchObject([{ name: 'w', difference: { maxAbs: 1, changedShare: 0.25 } }]);
  });

  it('says in its help how it ends', async () => {
    const { code, out } = await edgeloop('onnx', 'diff', '--help');
    expect(code).toBe(0);
    expect(out).toContain('with 0 when the models are equal, with 1 when they differ, and with 2 when they cannot be');
  });
});

describe('edgeloop onnx', () => {
  const COMMANDS = [['inspect'], ['check'], ['diff', 'ok']] as const;

  it('ends with one sentence for what is no model, and as an error: with 1, or with 2 where 1 is a difference', async () => {
    const folder = temporaryFolder();
    const good = saved(small(), folder, 'ok');
    const bytes = writeModel(small());
    const files: Record<string, readonly [Uint8Array, string]> = {
      'text.onnx': [Buffer.from('hello, this is text'), '[MODEL_INVALID]'],
      'cut.onnx': [bytes.subarray(0, bytes.length - 20), '[MODEL_INVALID]'],
      'empty.onnx': [new Uint8Array(), '[MODEL_INVALID]'],
    };
    for (const [name, [content]] of Object.entries(files)) writeFileSync(join(folder, name), content);
    mkdirSync(join(folder, 'folder.onnx'));
    writeFileSync(join(folder, 'huge.onnx'), '');
    // A file with a hole: it takes no room on the disk.
    truncateSync(join(folder, 'huge.onnx'), 2 ** 31);
    const expected = {
      ...Object.fromEntries(Object.entries(files).map(([name, [, code]]) => [name, code])),
      ...{ 'missing.onnx': '[NOT_FOUND]', 'folder.onnx': '[INVALID_INPUT]', 'huge.onnx': '[TOO_LARGE]' },
    };
    for (const [name, code] of Object.entries(expected)) {
      for (const [command, other] of COMMANDS) {
        const ended = await edgeloop('onnx', command, ...(other ? [good] : []), join(folder, name));
        expect(ended, `${command} ${name}`).toMatchObject({ code: command === 'diff' ? 2 : 1, out: '' });
        expect(ended.err).toMatch(/^edgeloop: [^\n]+\n$/);
        expect(ended.err).toContain(code);
      }
    }
  });

  it('ends with 2 for a command line that makes no sense', async () => {
    for (const argv of [['inspect'], ['diff', 'a'], ['look', 'a'], ['check', 'a', '--url', 'http://hub']]) {
      expect((await edgeloop('onnx', ...argv)).code, argv.join(' ')).toBe(2);
    }
  });
});
