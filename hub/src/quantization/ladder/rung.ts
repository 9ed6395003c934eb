import type { VariantFormat } from '@edgeloop/firmware-profiles';
import type { Model } from '@edgeloop/onnx';
import type { FloatNode } from '../../store/quantization-report.ts';
import type { FineTune } from './fine-tune.ts';
import type { FloatBase } from './float-base.ts';
import type { Miss } from './judge-form.ts';

/** What a rung of the ladder came to. */
export type Made =
  | {
      readonly kind: 'form';
      /** The rung with what was chosen on it: 'int8-static, entropy, bias correction'. */
      readonly rung: string;
      readonly model: Model;
      readonly inFloat: readonly FloatNode[];
    }
  /** Somebody should know why it could not be made. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It would make nothing else of this model than a rung before. */
  | { readonly kind: 'pointless' };

/** What rungs make forms of. */
export interface Workshop {
  readonly base: FloatBase;
  /** 7-bit weights. */
  readonly reduceRange: boolean;
  /** What forms of this format failed at so far. */
  missesOf(format: VariantFormat): ReadonlySet<Miss>;
  readonly fineTune: FineTune | undefined;
  /** What `make` makes with the form of this format of the version before, or without where that is of no use. */
  keepScales(format: VariantFormat, make: (previous: Model | undefined) => Promise<Model>): Promise<Model>;
  readonly signal: AbortSignal | undefined;
}

/** One way to make a smaller form. */
export interface Rung {
  readonly name: string;
  readonly format: VariantFormat;
  /**
   * Climbed only after a form of its format that failed at nothing else; without any it is the first of its format and
   * always climbed.
   */
  readonly cures: readonly Miss[];
  /** What it cannot do without. */
  readonly needs: readonly ('calibration' | 'fine-tuning' | 'size goal')[];
  make(workshop: Workshop): Promise<Made>;
}
