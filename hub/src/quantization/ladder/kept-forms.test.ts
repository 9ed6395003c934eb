import { expect, test } from 'vitest';
import type { JudgedForm } from './form-judge.ts';
import type { Miss } from './judge-form.ts';
import { KeptForms } from './kept-forms.ts';

function judged(digest: string, drop: number, misses: readonly Miss[] = ['accuracy']): JudgedForm {
  const quality = {
    figure: 'accuracy' as const,
    value: 1 - drop,
    low: 0,
    high: 1,
    rows: 9,
    drop,
    dropLow: 0,
    dropHigh: 1,
  };
  const times = { p50Ms: 1, p95Ms: 1 };
  return {
    ...{ digest, misses, reasons: [], sizeBytes: 1, standing: { quality, demands: [], notes: [] } },
    latency: { form: times, other: times, share: 1 } as JudgedForm['latency'],
  };
}

test('of many refused forms of a name only the one that loses least is kept, the first of equals', () => {
  const kept = new KeptForms();
  const forms = [0.5, 0.2, 0.9, 0.2].map((drop, index) => judged(`form ${index}`, drop));
  for (const [index, form] of forms.entries()) kept.offer('int8-static', form, Uint8Array.of(index));
  kept.offer('int8-dynamic', judged('other', 0.9), Uint8Array.of(9));
  expect(kept.count).toBe(2);
  expect(forms.map((form) => kept.bytesOf(form))).toEqual([undefined, Uint8Array.of(1), undefined, undefined]);
});

test('accepted forms are all kept, and then no refused one of their name', () => {
  const kept = new KeptForms();
  kept.offer('int8-static', judged('refused', 0.5), Uint8Array.of(1));
  kept.offer('int8-static', judged('first', 0, []), Uint8Array.of(2));
  kept.offer('int8-static', judged('second', 0, []), Uint8Array.of(3));
  kept.offer('int8-static', judged('late', 0.1), Uint8Array.of(4));
  expect(kept.count).toBe(2);
  expect(kept.bytesOf(judged('first', 0, []))).toEqual(Uint8Array.of(2));
});
