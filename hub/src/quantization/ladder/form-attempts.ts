import type { VariantFormat } from '@edgeloop/firmware-profiles';
import { messageOf } from '../../errors.ts';
import type { FloatNode } from '../../store/quantization-report.ts';
import { endsJob } from './ends-job.ts';
import type { FormJudge, JudgedForm } from './form-judge.ts';
import type { Miss } from './judge-form.ts';
import { variantName } from './ladder-forms.ts';
import type { Rung, Workshop } from './rung.ts';

/** What came of a rung: a form that was measured, or why there is none. */
export type Attempt =
  | {
      readonly kind: 'judged';
      readonly rung: string;
      readonly inFloat: readonly FloatNode[];
      readonly judged: JudgedForm;
      readonly tookMs: number;
    }
  | { readonly kind: 'refused'; readonly rung: string; readonly reason: string; readonly tookMs: number }
  | { readonly kind: 'pointless' };

/** Makes and measures what rungs come to; what several classes of profiles have in common only once. */
export class FormAttempts {
  readonly #judge: FormJudge;
  readonly #nowMs: () => number;
  readonly #known = new Map<string, Promise<Attempt>>();

  constructor(judge: FormJudge, nowMs: () => number) {
    this.#judge = judge;
    this.#nowMs = nowMs;
  }

  /** Rungs depend on their class by the range of weights and by what forms of the format failed at, and nothing else. */
  attempt(rung: Rung, workshop: Workshop): Promise<Attempt> {
    const misses = [...workshop.missesOf(rung.format)].sort();
    const key = [rung.name, variantName(rung.format, workshop.reduceRange), ...misses].join('; ');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const attempt = this.#make(rung, workshop);
    this.#known.set(key, attempt);
    return attempt;
  }

  async #make(rung: Rung, workshop: Workshop): Promise<Attempt> {
    const startMs = this.#nowMs();
    let name = rung.name;
    try {
      // Rungs see no misses of other formats, for attempts are told apart by those of their own.
      const missesOf = (format: VariantFormat): ReadonlySet<Miss> =>
        format === rung.format ? workshop.missesOf(format) : new Set();
      const made = await rung.make({ ...workshop, missesOf });
      if (made.kind === 'pointless') return made;
      if (made.kind === 'refused') {
        return { kind: 'refused', rung: name, reason: made.reason, tookMs: this.#nowMs() - startMs };
      }
      name = made.rung;
      const judged = await this.#judge.judge(variantName(rung.format, workshop.reduceRange), made.model);
      return { kind: 'judged', rung: name, inFloat: made.inFloat, judged, tookMs: this.#nowMs() - startMs };
    } catch (error) {
      if (endsJob(error, workshop.signal)) throw error;
      return { kind: 'refused', rung: name, reason: messageOf(error), tookMs: this.#nowMs() - startMs };
    }
  }
}
