import type { OptimizerOptions } from '../training/optimizers/add-optimizer.ts';

/** What a reference keeps for one weight. */
interface Memory {
  momentum: number;
  mean: number;
  square: number;
  steps: number;
}

/** One step of one weight, as PyTorch's documentation writes the algorithm. */
type Rule = (memory: Memory, weight: number, gradient: number, rate: number, decay: number) => number;

/** Optimizers in float64, weight by weight: a second, independent way to the same numbers. */
export class ReferenceOptimizer {
  readonly #rule: Rule;
  readonly #decay: number;
  readonly #memories = new Map<string, Memory>();

  constructor(options: OptimizerOptions) {
    this.#rule = ruleOf(options);
    this.#decay = options.weightDecay ?? 0;
  }

  updated(key: string, weight: number, gradient: number, rate: number, decays: boolean): number {
    const memory = this.#memories.get(key) ?? { momentum: 0, mean: 0, square: 0, steps: 0 };
    this.#memories.set(key, memory);
    memory.steps += 1;
    return this.#rule(memory, weight, gradient, rate, decays ? this.#decay : 0);
  }
}

function ruleOf(options: OptimizerOptions): Rule {
  switch (options.kind) {
    case 'sgd': {
      const { momentum = 0, nesterov = false } = options;
      return (memory, weight, gradient, rate, decay) => {
        const own = gradient + decay * weight;
        memory.momentum = momentum * memory.momentum + own;
        return weight - rate * (nesterov ? own + momentum * memory.momentum : memory.momentum);
      };
    }
    case 'rmsprop': {
      const { alpha = 0.99, epsilon = 1e-8, momentum = 0 } = options;
      return (memory, weight, gradient, rate, decay) => {
        const own = gradient + decay * weight;
        memory.square = alpha * memory.square + (1 - alpha) * own * own;
        memory.momentum = momentum * memory.momentum + own / (Math.sqrt(memory.square) + epsilon);
        return weight - rate * memory.momentum;
      };
    }
    case 'adam': {
      const adam = adamRule(options);
      return (memory, weight, gradient, rate, decay) => adam(memory, weight, gradient + decay * weight, rate, 0);
    }
    case 'adamw': {
      const adam = adamRule(options);
      return (memory, weight, gradient, rate, decay) => adam(memory, weight, gradient, rate, 0) - rate * decay * weight;
    }
  }
}

function adamRule(options: { readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number }): Rule {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return (memory, weight, gradient, rate) => {
    memory.mean = beta1 * memory.mean + (1 - beta1) * gradient;
    memory.square = beta2 * memory.square + (1 - beta2) * gradient * gradient;
    const mean = memory.mean / (1 - beta1 ** memory.steps);
    const square = memory.square / (1 - beta2 ** memory.steps);
    return weight - (rate * mean) / (Math.sqrt(square) + epsilon);
  };
}
