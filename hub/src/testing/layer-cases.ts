import { tf } from '../training/tensorflow/tensorflow.ts';
import { applied as apply, type LayerCase } from './layer-case.ts';
import { MERGE_CASES } from './merge-cases.ts';

const { layers } = tf;
const one =
  (...shape: (number | null)[]) =>
  (make: () => tf.layers.Layer, below?: number): LayerCase => ({
    inputs: [shape],
    ...(below === undefined ? {} : { below }),
    network: (x) => apply(make(), x),
  });
const image = one(7, 6, 3);
const sequence = one(9, 4);
const volume = one(5, 4, 6, 2);
const row = one(8);
const open = one(null, null, 3);
const openSequence = one(null, 4);

const ACTIVATIONS = [
  ...['elu', 'hardSigmoid', 'linear', 'relu', 'relu6', 'selu', 'sigmoid', 'softmax', 'softplus', 'softsign', 'tanh'],
  ...['swish', 'mish', 'gelu', 'gelu_new', 'logSoftmax'],
] as never[];

/** Behind a convolution, so that the image lies channel first. */
function behindConvolution(make: () => tf.layers.Layer): LayerCase {
  return {
    inputs: [[6, 7, 2]],
    network: (x) => apply(make(), apply(layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }), x)),
  };
}

/** The library lets the layer change the shape of what it reads, so it may not read the input itself. */
function tokens(count: number, outputMode: 'multiHot' | 'oneHot' | 'count'): LayerCase {
  const encoding = () => layers.categoryEncoding({ numTokens: 5, outputMode });
  return { inputs: [[1, count]], below: 5, network: (x) => apply(encoding(), apply(layers.flatten(), x)) };
}

const CASES: Record<string, LayerCase> = {
  conv1d: sequence(() => layers.conv1d({ filters: 5, kernelSize: 3 })),
  'conv1d same stride 2 relu': sequence(() =>
    layers.conv1d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
  ),
  'conv1d dilated same without bias': sequence(() =>
    layers.conv1d({ filters: 5, kernelSize: 3, dilationRate: 2, padding: 'same', useBias: false }),
  ),
  'conv1d of any length': openSequence(() => layers.conv1d({ filters: 5, kernelSize: 4, padding: 'same' })),
  'conv1d of any length stride 3': openSequence(() =>
    layers.conv1d({ filters: 5, kernelSize: 4, padding: 'same', strides: 3 }),
  ),
  conv2d: image(() => layers.conv2d({ filters: 4, kernelSize: 3 })),
  'conv2d same stride 2 softmax': image(() =>
    layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'softmax' }),
  ),
  'conv2d even kernel same': image(() => layers.conv2d({ filters: 4, kernelSize: [2, 4], padding: 'same' })),
  'conv2d stride beyond kernel': image(() => layers.conv2d({ filters: 4, kernelSize: 1, strides: 3, padding: 'same' })),
  'conv2d dilated same': image(() =>
    layers.conv2d({ filters: 4, kernelSize: 3, dilationRate: [2, 1], padding: 'same' }),
  ),
  'conv2d channels first': image(() =>
    layers.conv2d({ filters: 4, kernelSize: 3, dataFormat: 'channelsFirst', padding: 'same', strides: 2 }),
  ),
  'conv2d of any size': open(() => layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' })),
  conv3d: volume(() => layers.conv3d({ filters: 3, kernelSize: 2, activation: 'relu' })),
  'conv3d same stride 2': volume(() => layers.conv3d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' })),
  'conv3d channels first': volume(() => layers.conv3d({ filters: 3, kernelSize: 2, dataFormat: 'channelsFirst' })),
  depthwise: image(() => layers.depthwiseConv2d({ kernelSize: 3 })),
  'depthwise multiplier 2 same stride 2': image(() =>
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same', activation: 'relu6' }),
  ),
  'depthwise dilation is not applied': image(() => layers.depthwiseConv2d({ kernelSize: 2, dilationRate: 2 })),
  'depthwise channels first': image(() =>
    layers.depthwiseConv2d({ kernelSize: 2, dataFormat: 'channelsFirst', depthMultiplier: 3 }),
  ),
  separable: image(() => layers.separableConv2d({ filters: 5, kernelSize: 3, activation: 'relu' })),
  'separable multiplier 2 same stride 2': image(() =>
    layers.separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2, strides: [2, 2], padding: 'same' }),
  ),
  'separable dilated': image(() => layers.separableConv2d({ filters: 5, kernelSize: 2, dilationRate: [2, 2] })),
  'separable channels first': image(() =>
    layers.separableConv2d({
      filters: 5,
      kernelSize: 2,
      dataFormat: 'channelsFirst',
      useBias: false,
      activation: 'softmax',
    }),
  ),
  conv2dTranspose: image(() => layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2 })),
  'conv2dTranspose same': image(() =>
    layers.conv2dTranspose({ filters: 4, kernelSize: [3, 4], strides: 2, padding: 'same', activation: 'relu' }),
  ),
  'conv2dTranspose same stride 1': image(() => layers.conv2dTranspose({ filters: 4, kernelSize: 4, padding: 'same' })),
  'conv2dTranspose stride beyond kernel': image(() =>
    layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 3 }),
  ),
  'conv2dTranspose same stride beyond kernel': image(() =>
    layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 3, padding: 'same' }),
  ),
  'conv2dTranspose channels first': image(() =>
    layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, dataFormat: 'channelsFirst', useBias: false }),
  ),
  conv3dTranspose: volume(() => tf.layers.conv3dTranspose({ filters: 3, kernelSize: 2, strides: 2 })),
  'conv3dTranspose same': volume(() =>
    tf.layers.conv3dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
  ),
  maxPooling1d: sequence(() => layers.maxPooling1d({ poolSize: 2 })),
  'maxPooling1d same': sequence(() => layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' })),
  averagePooling1d: sequence(() => layers.averagePooling1d({ poolSize: 4, strides: 1, padding: 'same' })),
  maxPooling2d: image(() => layers.maxPooling2d({})),
  'maxPooling2d same overlapping': image(() => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
  'maxPooling2d channels first': image(() => layers.maxPooling2d({ poolSize: 2, dataFormat: 'channelsFirst' })),
  averagePooling2d: image(() => layers.averagePooling2d({ poolSize: [3, 2], strides: [1, 2] })),
  'averagePooling2d same': image(() => layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
  'maxPooling3d same': volume(() => layers.maxPooling3d({ poolSize: 3, strides: 2, padding: 'same' })),
  averagePooling3d: volume(() => layers.averagePooling3d({ poolSize: 2 })),
  'averagePooling3d channels first': volume(() =>
    layers.averagePooling3d({ poolSize: 2, dataFormat: 'channelsFirst' }),
  ),
  globalAveragePooling1d: sequence(() => layers.globalAveragePooling1d()),
  globalMaxPooling1d: openSequence(() => layers.globalMaxPooling1d()),
  globalAveragePooling2d: image(() => layers.globalAveragePooling2d({})),
  'globalAveragePooling2d behind a convolution': behindConvolution(() => layers.globalAveragePooling2d({})),
  'globalAveragePooling2d channels first': image(() => layers.globalAveragePooling2d({ dataFormat: 'channelsFirst' })),
  globalMaxPooling2d: open(() => layers.globalMaxPooling2d({})),
  'globalMaxPooling2d behind a convolution': behindConvolution(() => layers.globalMaxPooling2d({})),
  'batchNormalization of rows': row(() => layers.batchNormalization()),
  'batchNormalization of sequences': sequence(() => layers.batchNormalization({ epsilon: 0.1 })),
  'batchNormalization of images': image(() => layers.batchNormalization({ scale: false })),
  'batchNormalization behind a convolution': behindConvolution(() => layers.batchNormalization()),
  'layerNormalization of rows': row(() => layers.layerNormalization()),
  'layerNormalization of sequences': sequence(() => layers.layerNormalization({ scale: false, epsilon: 0.01 })),
  'layerNormalization of two axes': image(() => layers.layerNormalization({ axis: [2, 3], center: false })),
  'layerNormalization axis 1': image(() => layers.layerNormalization({ axis: 1 })),
  'layerNormalization behind a convolution': behindConvolution(() => layers.layerNormalization()),
  cropping2D: image(() =>
    layers.cropping2D({
      cropping: [
        [1, 2],
        [0, 1],
      ],
    }),
  ),
  'cropping2D behind a convolution': behindConvolution(() => layers.cropping2D({ cropping: 1 as never })),
  'cropping2D channels first': image(() =>
    layers.cropping2D({
      cropping: [
        [1, 2],
        [1, 0],
      ],
      dataFormat: 'channelsFirst',
    }),
  ),
  zeroPadding2d: image(() =>
    layers.zeroPadding2d({
      padding: [
        [1, 2],
        [0, 1],
      ],
    }),
  ),
  'zeroPadding2d behind a convolution': behindConvolution(() => layers.zeroPadding2d()),
  'zeroPadding2d channels first': image(() => layers.zeroPadding2d({ padding: 2, dataFormat: 'channelsFirst' })),
  'zeroPadding2d in front of a maximum': {
    inputs: [[6, 6, 2]],
    network: (x) => {
      const negative = apply(layers.rescaling({ scale: 1, offset: -3 }), x);
      return apply(layers.maxPooling2d({}), apply(layers.zeroPadding2d(), negative));
    },
  },
  upSampling2d: image(() => layers.upSampling2d({})),
  'upSampling2d bilinear': image(() => layers.upSampling2d({ size: [3, 2], interpolation: 'bilinear' })),
  'upSampling2d behind a convolution': behindConvolution(() => layers.upSampling2d({ size: [2, 3] })),
  'upSampling2d channels first': image(() =>
    layers.upSampling2d({ size: [1, 2], interpolation: 'bilinear', dataFormat: 'channelsFirst' }),
  ),
  'upSampling2d of any size': open(() => layers.upSampling2d({ interpolation: 'bilinear' })),
  rescaling: image(() => layers.rescaling({ scale: 1 / 255, offset: -1 })),
  'rescaling behind a convolution': behindConvolution(() => layers.rescaling({ scale: 3 })),
  'centerCrop behind a convolution': behindConvolution(() => layers.centerCrop({ height: 3, width: 4 })),
  'centerCrop of an odd margin': behindConvolution(() => layers.centerCrop({ height: 6, width: 6 })),
  'centerCrop to one column': behindConvolution(() => layers.centerCrop({ height: 6, width: 1 })),
  categoryEncoding: tokens(4, 'multiHot'),
  'categoryEncoding of one': tokens(1, 'oneHot'),
  'categoryEncoding by count': tokens(4, 'count'),
  embedding: one(6)(() => layers.embedding({ inputDim: 7, outputDim: 3 }), 7),
  'embedding of any length': one(null)(() => layers.embedding({ inputDim: 7, outputDim: 3, maskZero: true }), 7),
  'embedding of tables': one(4, 2)(() => layers.embedding({ inputDim: 5, outputDim: 3 }), 5),
  reLU: image(() => layers.reLU()),
  'reLU with a greatest value': image(() => layers.reLU({ maxValue: 0.3 })),
  leakyReLU: image(() => layers.leakyReLU({ alpha: 0.2 })),
  eLU: image(() => layers.elu()),
  thresholdedReLU: image(() => layers.thresholdedReLU({ theta: 0.25 })),
  pReLU: image(() => layers.prelu()),
  'pReLU shared axes behind a convolution': behindConvolution(() => layers.prelu({ sharedAxes: [1, 2] } as never)),
  'pReLU behind a convolution': behindConvolution(() => layers.prelu()),
  softmax: row(() => layers.softmax()),
  'softmax of images': image(() => layers.softmax({ axis: -1 })),
  'softmax behind a convolution': behindConvolution(() => layers.softmax({ axis: 3 })),
  'softmax over several axes': image(() => layers.softmax({ axis: [1, 2] as never })),
  dropout: image(() => layers.dropout({ rate: 0.5 })),
  spatialDropout1d: sequence(() => layers.spatialDropout1d({ rate: 0.5 })),
  gaussianNoise: row(() => layers.gaussianNoise({ stddev: 1 })),
  gaussianDropout: row(() => layers.gaussianDropout({ rate: 0.5 })),
  alphaDropout: row(() => layers.alphaDropout({ rate: 0.5 })),
  flatten: image(() => layers.flatten()),
  'flatten behind a convolution': behindConvolution(() => layers.flatten()),
  'flatten channels first': image(() => layers.flatten({ dataFormat: 'channelsFirst' })),
  'flatten channels first behind a convolution': behindConvolution(() =>
    layers.flatten({ dataFormat: 'channelsFirst' }),
  ),
  reshape: image(() => layers.reshape({ targetShape: [6, 21] })),
  'reshape with an open size': image(() => layers.reshape({ targetShape: [-1, 9] as never })),
  'reshape behind a convolution': behindConvolution(() => layers.reshape({ targetShape: [12, 14] })),
  permute: image(() => layers.permute({ dims: [3, 1, 2] })),
  'permute behind a convolution': behindConvolution(() => layers.permute({ dims: [2, 1, 3] })),
  repeatVector: row(() => layers.repeatVector({ n: 3 })),
  'dense of two dimensions behind a convolution': behindConvolution(() => layers.dense({ units: 3 })),
};

for (const activation of ACTIVATIONS) {
  CASES[`activation ${activation}`] = row(() => layers.activation({ activation }));
  CASES[`activation ${activation} behind a convolution`] = behindConvolution(() => layers.activation({ activation }));
}

/** Every layer without a state, in many configurations. */
export const LAYER_CASES: Readonly<Record<string, LayerCase>> = { ...CASES, ...MERGE_CASES };
