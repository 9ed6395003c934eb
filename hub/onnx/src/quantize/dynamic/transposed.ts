import { type TensorOf, tensor } from '../../tensor/tensor.ts';

/** A matrix [row, column] as [column, row]. */
export function transposed({ dims, data }: TensorOf<'float32'>): TensorOf<'float32'> {
  const [rows = 0, columns = 0] = dims;
  const turned = new Float32Array(data.length);
  for (let at = 0; at < data.length; at++) turned[(at % columns) * rows + Math.floor(at / columns)] = data[at] ?? 0;
  return tensor('float32', [columns, rows], turned);
}
