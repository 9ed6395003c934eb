export const PLACE = 'hub/onnx';
