import { describe, expect, test } from 'vitest';
import { checkLayers } from './check-layers.ts';

interface LayerConfig {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

function file(...layers: readonly LayerConfig[]): { model: Uint8Array } {
  const listed = layers.map(({ className, config }, at) => ({
    class_name: className,
    config: { name: `l${at}`, ...config },
  }));
  return { model: Buffer.from(JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers: listed } })) };
}

function dense(units: number, inputs?: number): LayerConfig {
  const shape = inputs === undefined ? {} : { batch_input_shape: [null, inputs] };
  return { className: 'Dense', config: { units, ...shape } };
}

describe('layers', () => {
  test('are sound when they can be exported and say what is wanted', async () => {
    await expect(checkLayers(file(dense(8, 4), dense(3)), { outputs: 3 })).resolves.toBeUndefined();
    await expect(checkLayers(file(dense(8, 4), dense(3)), { outputs: 2 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'layers: expected an output of [2], got [3]',
    });
  });

  test('as Keras writes them by default are looked at at once, large recurrent ones too', async () => {
    const initializer = { class_name: 'Orthogonal', config: { gain: 1, seed: null } };
    const recurrent = { units: 512, batch_input_shape: [null, 6, 4], recurrent_initializer: initializer };
    await expect(
      checkLayers(file({ className: 'LSTM', config: recurrent }, dense(2)), { outputs: 2 }),
    ).resolves.toBeUndefined();
  });

  for (const [what, layers] of [
    ['one', [dense(100_000, 50_000)]],
    ['all together', Array.from({ length: 20 }, (_, at) => dense(2_048, at === 0 ? 2_048 : undefined))],
  ] as const) {
    test(`are refused before they take memory when ${what} of them would take too much`, async () => {
      await expect(checkLayers(file(...layers), { outputs: undefined })).rejects.toMatchObject({ code: 'TOO_LARGE' });
    });
  }
});
