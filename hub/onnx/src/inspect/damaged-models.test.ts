import { describe, expect, test } from 'vitest';
import { OnnxError } from '../errors.ts';
import { readModel } from '../format/read-model.ts';
import { liftConstants } from '../graph/lift-constants.ts';
import { optimize } from '../passes/optimize.ts';
import { damagedModel } from '../testing/damaged-model.ts';
import { OFFICIAL_MODEL } from '../testing/official-model.ts';
import { randomGraph } from '../testing/random-graph.ts';
import { realModel } from '../testing/real-models.ts';
import { checkModel } from './check-model.ts';
import { checkTypes } from './check-types.ts';
import { diffModels } from './diff-models.ts';
import { inspectModel } from './inspect-model.ts';

const BASES = {
  'the text-direction model': liftConstants(realModel('text-direction')),
  'the voice-legacy model': realModel('voice-legacy'),
  'the official model': readModel(OFFICIAL_MODEL),
  'a random graph': randomGraph(7, 14, true),
};

describe('a model that makes no sense', () => {
  for (const [name, base] of Object.entries(BASES)) {
    test(`made from ${name} is checked without an error`, () => {
      for (let seed = 0; seed < 40; seed++) {
        const model = damagedModel(base, seed, 1 + (seed % 4));
        expect(() => [checkModel(model), checkTypes(model), diffModels(base, model)], `seed ${seed}`).not.toThrow();
      }
    });

    test(`made from ${name} is inspected and optimized, or refused with an error of this package`, () => {
      for (let seed = 0; seed < 20; seed++) {
        const model = damagedModel(base, seed, 1 + (seed % 4));
        for (const act of [() => inspectModel(model), () => optimize(model)]) {
          try {
            act();
          } catch (error) {
            expect(error, `seed ${seed}`).toBeInstanceOf(OnnxError);
          }
        }
      }
    });
  }
});
