import { expect, it } from 'vitest';
import { AVERAGING_SHARE, MovingAverageObserver } from './moving-average.ts';

it('is the mean of the extremes of the first hundred batches', () => {
  const observer = new MovingAverageObserver();
  // Extremes 0..1, 0..2, ... 0..100, whose means are 0 and 50.5; each batch also has a value between them.
  for (let batch = 1; batch <= 100; batch++) observer.observe(Float32Array.of(0.5, -0.5 * batch, batch));
  const { min, max } = observer.range();
  expect(min).toBeCloseTo(-25.25, 10);
  expect(max).toBeCloseTo(50.5, 10);
});

it('takes the parts of one call as batches', () => {
  const [whole, parts] = [new MovingAverageObserver(), new MovingAverageObserver()];
  whole.observe(Float32Array.of(-1, 4, 0, 2, -3, 1), 3);
  for (const part of [
    [-1, 4],
    [0, 2],
    [-3, 1],
  ])
    parts.observe(Float32Array.from(part));
  expect(whole.range()).toEqual(parts.range());
  expect(whole.range().max).toBeCloseTo(7 / 3, 10);
});

it('forgets exponentially after them', () => {
  const observer = new MovingAverageObserver();
  for (let batch = 0; batch < 100; batch++) observer.observe(Float32Array.of(1));
  for (let batch = 0; batch < 50; batch++) observer.observe(Float32Array.of(3));
  expect(observer.range().max).toBeCloseTo(3 - 2 * (1 - AVERAGING_SHARE) ** 50, 10);
});
