/**
 * A file written by the onnx package for Python (1.23.2) with its own serializer: nodes with attributes of many types, a
 * function, an If with subgraphs, a sequence and an optional input, sparse, half and string constants, training info.
 */
export const OFFICIAL_MODEL: Uint8Array = Buffer.from(
  [
    'CAoSCG9mZmljaWFsKAA6/wQKOgoBeAoBdxIBeRoEZ2VtbSIER2VtbSoPCgVhbHBoYRUAAIA/oAEBKg0KBnRyYW5zQhgAoAECMgNk',
    'b2MKFAoBeRIBdCIFVHdpY2U6BWxvY2FsCo4BCgFjEgF6IgJJZipACgtlbHNlX2JyYW5jaDIuChAKAXgSAXMiCElkZW50aXR5EgR0',
    'aGVuYhQKAXMSDwoNCAESCQoDEgFuCgIIAqABBSpACgt0aGVuX2JyYW5jaDIuChAKAXgSAXMiCElkZW50aXR5EgR0aGVuYhQKAXMS',
    'DwoNCAESCQoDEgFuCgIIAqABBQqIAQoBaxIBbCIMTGFiZWxFbmNvZGVyKhQKDWRlZmF1bHRfaW50NjQYAKABAioVCg5kZWZhdWx0',
    'X3N0cmluZyIAoAEDKhgKDGtleXNfc3RyaW5nc0oBYUoCYmKgAQgqHwoNdmFsdWVzX2ludDY0c0D///////////8BQAKgAQc6CmFp',
    'Lm9ubngubWwSAWcqGwgCCAIQASIQAACAPwAAAEAAAEBAAACQwEIBdyohCAMQB0IBaUoYAQAAAAAAAAD+/////////wAAAAAAAQAA',
    'Kg4IAhAKKgWAfICAA0IBaCoOCAIQCDIBYTICw7xCAXNaFAoBeBIPCg0IARIJCgMSAW4KAggCWgsKAWMSBgoECAkSAFoNCgFrEggK',
    'BggIEgIKAFoNCgFxEggiBgoECgIIAVoTCgFvEg5KDAoKCggIBxIECgIIA2IJCgF6EgQKAggBYgkKAXQSBAoCCAFiCQoBbBIECgII',
    'B2oUCgF5Eg8KDQgBEgkKAxIBbgoCCAJ6HwoOCAEQASIEAADgQEICc3YSCwgBEAc6AQJCAnNpGARCBAoAEBVCCQoFbG9jYWwQAUIO',
    'CgphaS5vbm54Lm1sEARyDAoDa2V5EgV2YWx1ZaIBCBIGEgRhbGdvygEtCgVUd2ljZSIBYSoBYjIBazoOCgFhCgFhEgFiIgNBZGRK',
    'BAoAEBVSBWxvY2Fs',
  ].join(''),
  'base64',
);
