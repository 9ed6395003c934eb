// GENERATED, DO NOT EDIT: python3 scripts/operator-schemas.py, from onnx 1.23.2

/** Newest operator set of the standard that is described here. */
export const NEWEST_DESCRIBED_OPSET = 28;

/** Sets of types that inputs and outputs may have, as words. */
export const TYPE_SETS: readonly string[] = [
  'float16 float32 float64 int16 int32 int64 int8 uint16 uint32 uint64 uint8',
  'bfloat16 float16 float32 float64 int16 int32 int64 int8 uint16 uint32 uint64 uint8',
  'float16 float32 float64',
  'bfloat16 float16 float32 float64',
  'float16 float32 float64 int32 int64 uint32 uint64',
  'bfloat16 float16 float32 float64 int32 int64 uint32 uint64',
  'int64',
  'bool',
  'bfloat16 bool float16 float32 float64 int16 int32 int64 int8 uint16 uint32 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 uint16 uint2 uint32 uint4 uint64 uint8',
  'uint16 uint32 uint64 uint8',
  'int16 int32 int64 int8 uint16 uint32 uint64 uint8',
  'int32 int64',
  'bool float16 float32 float64 int16 int32 int64 int8 uint16 uint32 uint64 uint8',
  'bool float16 float32 float64 int16 int32 int64 int8 string uint16 uint32 uint64 uint8',
  'bfloat16 bool float16 float32 float64 int16 int32 int64 int8 string uint16 uint32 uint64 uint8',
  'bfloat16 bool float16 float32 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int64 int8 string uint16 uint32 uint64 uint8',
  'bfloat16 bool float16 float32 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int64 int8 string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int64 int8 string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int32 int4 int64 int8 string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 string uint16 uint2 uint32 uint4 uint64 uint8',
  'bfloat16 bool float16 float32 float4e2m1 float64 float6e2m3 float6e3m2 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 string uint16 uint2 uint32 uint4 uint64 uint8',
  'bfloat16 float16 float32',
  'float32',
  'bfloat16 bool complex128 complex64 float16 float32 float64 int16 int32 int64 int8 string uint16 uint32 uint64 uint8',
  'bool complex128 complex64 float16 float32 float64 int16 int32 int64 int8 string uint16 uint32 uint64 uint8',
  'seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8))',
  'bfloat16 bool complex128 complex64 float16 float32 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int64 int8 string uint16 uint32 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int64 int8 string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int64 int8 string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int32 int4 int64 int8 string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 string uint16 uint2 uint32 uint4 uint64 uint8',
  'bfloat16 bool float16 float32 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int64 int8 uint16 uint32 uint64 uint8',
  'bfloat16 bool float16 float32 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int64 int8 uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int64 int8 uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int32 int4 int64 int8 uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 uint16 uint2 uint32 uint4 uint64 uint8',
  'int8 uint8',
  'int32',
  'float32 float64 int32 int64 uint32 uint64',
  'int32 int8 uint8',
  'float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int32 int8 uint8',
  'float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int8 uint16 uint4 uint8',
  'float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int8 uint16 uint4 uint8',
  'bfloat16 float16 float32 float8e8m0',
  'float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int2 int32 int4 int8 uint16 uint2 uint4 uint8',
  'float4e2m1 float6e2m3 float6e3m2 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int2 int32 int4 int8 uint16 uint2 uint4 uint8',
  'bfloat16 float16 float32 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz',
  'uint8',
  'bool int32 int64',
  'bfloat16 bool complex128 complex64 float16 float32 float64 int16 int32 int64 int8 seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float64 int16 int32 int64 int8 optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int64 int8 optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int64 int8 optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int64 int8 optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int32 int4 int64 int8 optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint2 uint32 uint4 uint64 uint8',
  'bool complex128 complex64 float16 float32 float64 int16 int32 int64 int8 seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float64 int16 int32 int64 int8 optional(seq(tensor(bfloat16))) optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bfloat16)) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bfloat16)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int64 int8 optional(seq(tensor(bfloat16))) optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bfloat16)) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(float8e4m3fn)) optional(tensor(float8e4m3fnuz)) optional(tensor(float8e5m2)) optional(tensor(float8e5m2fnuz)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bfloat16)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(float8e4m3fn)) seq(tensor(float8e4m3fnuz)) seq(tensor(float8e5m2)) seq(tensor(float8e5m2fnuz)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int64 int8 optional(seq(tensor(bfloat16))) optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bfloat16)) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(float8e4m3fn)) optional(tensor(float8e4m3fnuz)) optional(tensor(float8e5m2)) optional(tensor(float8e5m2fnuz)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int4)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint4)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bfloat16)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(float8e4m3fn)) seq(tensor(float8e4m3fnuz)) seq(tensor(float8e5m2)) seq(tensor(float8e5m2fnuz)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int4)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint4)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int64 int8 optional(seq(tensor(bfloat16))) optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bfloat16)) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(float4e2m1)) optional(tensor(float8e4m3fn)) optional(tensor(float8e4m3fnuz)) optional(tensor(float8e5m2)) optional(tensor(float8e5m2fnuz)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int4)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint4)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bfloat16)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(float4e2m1)) seq(tensor(float8e4m3fn)) seq(tensor(float8e4m3fnuz)) seq(tensor(float8e5m2)) seq(tensor(float8e5m2fnuz)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int4)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint4)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int32 int4 int64 int8 optional(seq(tensor(bfloat16))) optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bfloat16)) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(float4e2m1)) optional(tensor(float8e4m3fn)) optional(tensor(float8e4m3fnuz)) optional(tensor(float8e5m2)) optional(tensor(float8e5m2fnuz)) optional(tensor(float8e8m0)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int4)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint4)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bfloat16)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(float4e2m1)) seq(tensor(float8e4m3fn)) seq(tensor(float8e4m3fnuz)) seq(tensor(float8e5m2)) seq(tensor(float8e5m2fnuz)) seq(tensor(float8e8m0)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int4)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint4)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint4 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 optional(seq(tensor(bfloat16))) optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bfloat16)) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(float4e2m1)) optional(tensor(float8e4m3fn)) optional(tensor(float8e4m3fnuz)) optional(tensor(float8e5m2)) optional(tensor(float8e5m2fnuz)) optional(tensor(float8e8m0)) optional(tensor(int16)) optional(tensor(int2)) optional(tensor(int32)) optional(tensor(int4)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint2)) optional(tensor(uint32)) optional(tensor(uint4)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bfloat16)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(float4e2m1)) seq(tensor(float8e4m3fn)) seq(tensor(float8e4m3fnuz)) seq(tensor(float8e5m2)) seq(tensor(float8e5m2fnuz)) seq(tensor(float8e8m0)) seq(tensor(int16)) seq(tensor(int2)) seq(tensor(int32)) seq(tensor(int4)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint2)) seq(tensor(uint32)) seq(tensor(uint4)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint2 uint32 uint4 uint64 uint8',
  'float32 float64',
  'bfloat16 float32',
  'float16 float32 float64 int8 uint8',
  'bfloat16 float16 float32 float64 int8 uint8',
  'float16 float32 float64 int16 int32 int64 int8',
  'bfloat16 float16 float32 float64 int16 int32 int64 int8',
  'optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint64)) optional(tensor(uint8))',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float6e2m3 float6e3m2 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 seq(tensor(bfloat16)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(float4e2m1)) seq(tensor(float6e2m3)) seq(tensor(float6e3m2)) seq(tensor(float8e4m3fn)) seq(tensor(float8e4m3fnuz)) seq(tensor(float8e5m2)) seq(tensor(float8e5m2fnuz)) seq(tensor(float8e8m0)) seq(tensor(int16)) seq(tensor(int2)) seq(tensor(int32)) seq(tensor(int4)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint2)) seq(tensor(uint32)) seq(tensor(uint4)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint2 uint32 uint4 uint64 uint8',
  'optional(seq(tensor(bfloat16))) optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(float4e2m1))) optional(seq(tensor(float6e2m3))) optional(seq(tensor(float6e3m2))) optional(seq(tensor(float8e4m3fn))) optional(seq(tensor(float8e4m3fnuz))) optional(seq(tensor(float8e5m2))) optional(seq(tensor(float8e5m2fnuz))) optional(seq(tensor(float8e8m0))) optional(seq(tensor(int16))) optional(seq(tensor(int2))) optional(seq(tensor(int32))) optional(seq(tensor(int4))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint2))) optional(seq(tensor(uint32))) optional(seq(tensor(uint4))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bfloat16)) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(float4e2m1)) optional(tensor(float6e2m3)) optional(tensor(float6e3m2)) optional(tensor(float8e4m3fn)) optional(tensor(float8e4m3fnuz)) optional(tensor(float8e5m2)) optional(tensor(float8e5m2fnuz)) optional(tensor(float8e8m0)) optional(tensor(int16)) optional(tensor(int2)) optional(tensor(int32)) optional(tensor(int4)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint2)) optional(tensor(uint32)) optional(tensor(uint4)) optional(tensor(uint64)) optional(tensor(uint8))',
  'bool complex128 complex64 float16 float32 float64 int16 int32 int64 int8 optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(int16))) optional(seq(tensor(int32))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint32))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(int16)) optional(tensor(int32)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint32)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint32 uint64 uint8',
  'bfloat16 bool complex128 complex64 float16 float32 float4e2m1 float64 float6e2m3 float6e3m2 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 optional(seq(tensor(bfloat16))) optional(seq(tensor(bool))) optional(seq(tensor(complex128))) optional(seq(tensor(complex64))) optional(seq(tensor(double))) optional(seq(tensor(float))) optional(seq(tensor(float16))) optional(seq(tensor(float4e2m1))) optional(seq(tensor(float6e2m3))) optional(seq(tensor(float6e3m2))) optional(seq(tensor(float8e4m3fn))) optional(seq(tensor(float8e4m3fnuz))) optional(seq(tensor(float8e5m2))) optional(seq(tensor(float8e5m2fnuz))) optional(seq(tensor(float8e8m0))) optional(seq(tensor(int16))) optional(seq(tensor(int2))) optional(seq(tensor(int32))) optional(seq(tensor(int4))) optional(seq(tensor(int64))) optional(seq(tensor(int8))) optional(seq(tensor(string))) optional(seq(tensor(uint16))) optional(seq(tensor(uint2))) optional(seq(tensor(uint32))) optional(seq(tensor(uint4))) optional(seq(tensor(uint64))) optional(seq(tensor(uint8))) optional(tensor(bfloat16)) optional(tensor(bool)) optional(tensor(complex128)) optional(tensor(complex64)) optional(tensor(double)) optional(tensor(float)) optional(tensor(float16)) optional(tensor(float4e2m1)) optional(tensor(float6e2m3)) optional(tensor(float6e3m2)) optional(tensor(float8e4m3fn)) optional(tensor(float8e4m3fnuz)) optional(tensor(float8e5m2)) optional(tensor(float8e5m2fnuz)) optional(tensor(float8e8m0)) optional(tensor(int16)) optional(tensor(int2)) optional(tensor(int32)) optional(tensor(int4)) optional(tensor(int64)) optional(tensor(int8)) optional(tensor(string)) optional(tensor(uint16)) optional(tensor(uint2)) optional(tensor(uint32)) optional(tensor(uint4)) optional(tensor(uint64)) optional(tensor(uint8)) seq(tensor(bfloat16)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(float4e2m1)) seq(tensor(float6e2m3)) seq(tensor(float6e3m2)) seq(tensor(float8e4m3fn)) seq(tensor(float8e4m3fnuz)) seq(tensor(float8e5m2)) seq(tensor(float8e5m2fnuz)) seq(tensor(float8e8m0)) seq(tensor(int16)) seq(tensor(int2)) seq(tensor(int32)) seq(tensor(int4)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint2)) seq(tensor(uint32)) seq(tensor(uint4)) seq(tensor(uint64)) seq(tensor(uint8)) string uint16 uint2 uint32 uint4 uint64 uint8',
  'float16 float32 float64 int32 int64',
  'bfloat16 float16 float32 float64 int32 int64',
  'float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int8 uint8',
  'float32 int32',
  'bfloat16 float16 float32 int32',
  'float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int4 int8 uint16 uint4 uint8',
  'float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int4 int8 uint16 uint4 uint8',
  'bfloat16 float16 float32 float8e8m0 int32',
  'float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int2 int4 int8 uint16 uint2 uint4 uint8',
  'float4e2m1 float6e2m3 float6e3m2 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int2 int4 int8 uint16 uint2 uint4 uint8',
  'float32 float64 int16 int32 int64',
  'bfloat16 float16 float32 float64 int16 int32 int64',
  'float16 float32 float64 int32 int64 int8 uint32 uint64 uint8',
  'bfloat16 float16 float32 float64 int32 int64 int8 uint32 uint64 uint8',
  'bfloat16 bool float16 float32 float64 int32 int64 int8 uint32 uint64 uint8',
  'string',
  'seq(tensor(bfloat16)) seq(tensor(bool)) seq(tensor(complex128)) seq(tensor(complex64)) seq(tensor(double)) seq(tensor(float)) seq(tensor(float16)) seq(tensor(int16)) seq(tensor(int32)) seq(tensor(int64)) seq(tensor(int8)) seq(tensor(string)) seq(tensor(uint16)) seq(tensor(uint32)) seq(tensor(uint64)) seq(tensor(uint8))',
  'int32 int64 string',
];

/**
 * Versions of each operator of the standard domain, oldest first, those before opset 7 left out:
 * since | least-most inputs | inputs | least-most outputs | outputs | attributes | type parameters.
 * A version of one number takes the operator away. inputs: type parameter or =type, ? optional, * or + any number of
 * one type or of several. attributes: name:kind, ! required. type parameters: name=index of TYPE_SETS.
 */
export const OPERATOR_SCHEMAS: Readonly<Record<string, readonly string[]>> = {
  Abs: [
    '6|1-1|T|1-1|T||T=0',
    '13|1-1|T|1-1|T||T=1',
  ],
  Acos: [
    '7|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Acosh: [
    '9|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Add: [
    '7|2-2|T T|1-1|T||T=4',
    '13|2-2|T T|1-1|T||T=5',
    '14|2-2|T T|1-1|T||T=1',
  ],
  AffineGrid: [
    '20|2-2|T1 T2|1-1|T1|align_corners:i|T1=3 T2=6',
  ],
  And: [
    '7|2-2|T T|1-1|T1||T=7 T1=7',
  ],
  ArgMax: [
    '1|1-1|T|1-1|=int64|axis:i keepdims:i|T=0',
    '11|1-1|T|1-1|=int64|axis:i keepdims:i|T=0',
    '12|1-1|T|1-1|=int64|axis:i keepdims:i select_last_index:i|T=0',
    '13|1-1|T|1-1|=int64|axis:i keepdims:i select_last_index:i|T=1',
  ],
  ArgMin: [
    '1|1-1|T|1-1|=int64|axis:i keepdims:i|T=0',
    '11|1-1|T|1-1|=int64|axis:i keepdims:i|T=0',
    '12|1-1|T|1-1|=int64|axis:i keepdims:i select_last_index:i|T=0',
    '13|1-1|T|1-1|=int64|axis:i keepdims:i select_last_index:i|T=1',
  ],
  Asin: [
    '7|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Asinh: [
    '9|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Atan: [
    '7|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Atanh: [
    '9|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Attention: [
    '23|3-6|T1 T1 T2 U? T1? T2?|1-4|T1 T1? T2? T1?|is_causal:i kv_num_heads:i q_num_heads:i qk_matmul_output_mode:i scale:f softcap:f softmax_precision:i|T1=3 T2=3 U=8',
    '24|3-7|T1 T1 T2 U? T1? T2? =int64?|1-4|T1 T1? T2? T1?|is_causal:i kv_num_heads:i q_num_heads:i qk_matmul_output_mode:i scale:f softcap:f softmax_precision:i|T1=3 T2=3 U=8',
    '25|3-7|T1 T1 T2 U? T1? T2? =int64?|1-4|T1 T1? T2? T1?|is_causal:i kv_num_heads:i left_window_size:i q_num_heads:i qk_matmul_output_mode:i right_window_size:i scale:f softcap:f softmax_precision:i|T1=3 T2=3 U=8',
  ],
  AveragePool: [
    '7|1-1|T|1-1|T|auto_pad:s count_include_pad:i kernel_shape:I! pads:I strides:I|T=2',
    '10|1-1|T|1-1|T|auto_pad:s ceil_mode:i count_include_pad:i kernel_shape:I! pads:I strides:I|T=2',
    '11|1-1|T|1-1|T|auto_pad:s ceil_mode:i count_include_pad:i kernel_shape:I! pads:I strides:I|T=2',
    '19|1-1|T|1-1|T|auto_pad:s ceil_mode:i count_include_pad:i dilations:I kernel_shape:I! pads:I strides:I|T=2',
    '22|1-1|T|1-1|T|auto_pad:s ceil_mode:i count_include_pad:i dilations:I kernel_shape:I! pads:I strides:I|T=3',
  ],
  BatchNormalization: [
    '7|5-5|T T T T T|1-5|T T? T? T? T?|epsilon:f momentum:f spatial:i|T=2',
    '9|5-5|T T T T T|1-5|T T? T? T? T?|epsilon:f momentum:f|T=2',
    '14|5-5|T T T U U|1-3|T U? U?|epsilon:f momentum:f training_mode:i|T=3 U=3',
    '15|5-5|T T1 T1 T2 T2|1-3|T T2? T2?|epsilon:f momentum:f training_mode:i|T=3 T1=3 T2=3',
  ],
  Bernoulli: [
    '15|1-1|T1|1-1|T2|dtype:i seed:f|T1=2 T2=8',
    '22|1-1|T1|1-1|T2|dtype:i seed:f|T1=3 T2=8',
  ],
  BitCast: [
    '26|1-1|T1|1-1|T2|to:i!|T1=9 T2=9',
  ],
  BitShift: [
    '11|2-2|T T|1-1|T|direction:s!|T=10',
    '28|2-2|T T|1-1|T|direction:s!|T=11',
  ],
  BitwiseAnd: [
    '18|2-2|T T|1-1|T||T=11',
  ],
  BitwiseNot: [
    '18|1-1|T|1-1|T||T=11',
  ],
  BitwiseOr: [
    '18|2-2|T T|1-1|T||T=11',
  ],
  BitwiseXor: [
    '18|2-2|T T|1-1|T||T=11',
  ],
  BlackmanWindow: [
    '17|1-1|T1|1-1|T2|output_datatype:i periodic:i|T1=12 T2=1',
  ],
  Cast: [
    '6|1-1|T1|1-1|T2|to:i!|T1=13 T2=13',
    '9|1-1|T1|1-1|T2|to:i!|T1=14 T2=14',
    '13|1-1|T1|1-1|T2|to:i!|T1=15 T2=15',
    '19|1-1|T1|1-1|T2|saturate:i to:i!|T1=16 T2=16',
    '21|1-1|T1|1-1|T2|saturate:i to:i!|T1=17 T2=17',
    '23|1-1|T1|1-1|T2|saturate:i to:i!|T1=18 T2=18',
    '24|1-1|T1|1-1|T2|round_mode:s saturate:i to:i!|T1=19 T2=19',
    '25|1-1|T1|1-1|T2|round_mode:s saturate:i to:i!|T1=20 T2=20',
    '28|1-1|T1|1-1|T2|round_mode:s saturate:i to:i!|T1=21 T2=21',
  ],
  CastLike: [
    '15|2-2|T1 T2|1-1|T2||T1=15 T2=15',
    '19|2-2|T1 T2|1-1|T2|saturate:i|T1=16 T2=16',
    '21|2-2|T1 T2|1-1|T2|saturate:i|T1=17 T2=17',
    '23|2-2|T1 T2|1-1|T2|saturate:i|T1=18 T2=18',
    '24|2-2|T1 T2|1-1|T2|round_mode:s saturate:i|T1=19 T2=19',
    '25|2-2|T1 T2|1-1|T2|round_mode:s saturate:i|T1=20 T2=20',
  ],
  CausalConvWithState: [
    '27|2-4|T T T? T?|2-2|T T|activation:s|T=22',
  ],
  Ceil: [
    '6|1-1|T|1-1|T||T=2',
    '13|1-1|T|1-1|T||T=3',
  ],
  Celu: [
    '12|1-1|T|1-1|T|alpha:f|T=23',
    '28|1-1|T|1-1|T|alpha:f|T=3',
  ],
  CenterCropPad: [
    '18|2-2|T Tind|1-1|T|axes:I|T=24 Tind=12',
  ],
  Clip: [
    '6|1-1|T|1-1|T|max:f min:f|T=2',
    '11|1-3|T T? T?|1-1|T||T=2',
    '12|1-3|T T? T?|1-1|T||T=0',
    '13|1-3|T T? T?|1-1|T||T=1',
  ],
  Col2Im: [
    '18|3-3|T =int64 =int64|1-1|T|dilations:I pads:I strides:I|T=24',
  ],
  Compress: [
    '9|2-2|T T1|1-1|T|axis:i|T=25 T1=7',
    '11|2-2|T T1|1-1|T|axis:i|T=25 T1=7',
    '28|2-2|T T1|1-1|T|axis:i|T=24 T1=7',
  ],
  Concat: [
    '4|1-999|T*|1-1|T|axis:i!|T=25',
    '11|1-999|T*|1-1|T|axis:i!|T=25',
    '13|1-999|T*|1-1|T|axis:i!|T=24',
  ],
  ConcatFromSequence: [
    '11|1-1|S|1-1|T|axis:i! new_axis:i|S=26 T=25',
  ],
  Constant: [
    '1|0-0||1-1|T|value:t!|T=2',
    '9|0-0||1-1|T|value:t!|T=25',
    '11|0-0||1-1|T|sparse_value:p value:t|T=25',
    '12|0-0||1-1|T|sparse_value:p value:t value_float:f value_floats:F value_int:i value_ints:I value_string:s value_strings:S|T=25',
    '13|0-0||1-1|T|sparse_value:p value:t value_float:f value_floats:F value_int:i value_ints:I value_string:s value_strings:S|T=24',
    '19|0-0||1-1|T|sparse_value:p value:t value_float:f value_floats:F value_int:i value_ints:I value_string:s value_strings:S|T=27',
    '21|0-0||1-1|T|sparse_value:p value:t value_float:f value_floats:F value_int:i value_ints:I value_string:s value_strings:S|T=28',
    '23|0-0||1-1|T|sparse_value:p value:t value_float:f value_floats:F value_int:i value_ints:I value_string:s value_strings:S|T=29',
    '24|0-0||1-1|T|sparse_value:p value:t value_float:f value_floats:F value_int:i value_ints:I value_string:s value_strings:S|T=30',
    '25|0-0||1-1|T|sparse_value:p value:t value_float:f value_floats:F value_int:i value_ints:I value_string:s value_strings:S|T=31',
  ],
  ConstantOfShape: [
    '9|1-1|T1|1-1|T2|value:t|T1=6 T2=13',
    '20|1-1|T1|1-1|T2|value:t|T1=6 T2=32',
    '21|1-1|T1|1-1|T2|value:t|T1=6 T2=33',
    '23|1-1|T1|1-1|T2|value:t|T1=6 T2=34',
    '24|1-1|T1|1-1|T2|value:t|T1=6 T2=35',
    '25|1-1|T1|1-1|T2|value:t|T1=6 T2=36',
  ],
  Conv: [
    '1|2-3|T T T?|1-1|T|auto_pad:s dilations:I group:i kernel_shape:I pads:I strides:I|T=2',
    '11|2-3|T T T?|1-1|T|auto_pad:s dilations:I group:i kernel_shape:I pads:I strides:I|T=2',
    '22|2-3|T T T?|1-1|T|auto_pad:s dilations:I group:i kernel_shape:I pads:I strides:I|T=3',
  ],
  ConvInteger: [
    '10|2-4|T1 T2 T1? T2?|1-1|T3|auto_pad:s dilations:I group:i kernel_shape:I pads:I strides:I|T1=37 T2=37 T3=38',
  ],
  ConvTranspose: [
    '1|2-3|T T T?|1-1|T|auto_pad:s dilations:I group:i kernel_shape:I output_padding:I output_shape:I pads:I strides:I|T=2',
    '11|2-3|T T T?|1-1|T|auto_pad:s dilations:I group:i kernel_shape:I output_padding:I output_shape:I pads:I strides:I|T=2',
    '22|2-3|T T T?|1-1|T|auto_pad:s dilations:I group:i kernel_shape:I output_padding:I output_shape:I pads:I strides:I|T=3',
  ],
  Cos: [
    '7|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Cosh: [
    '9|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  CumProd: [
    '26|2-2|T T2|1-1|T|exclusive:i reverse:i|T=5 T2=12',
  ],
  CumSum: [
    '11|2-2|T T2|1-1|T|exclusive:i reverse:i|T=39 T2=12',
    '14|2-2|T T2|1-1|T|exclusive:i reverse:i|T=5 T2=12',
  ],
  DFT: [
    '17|1-2|T1 T2?|1-1|T1|axis:i inverse:i onesided:i|T1=3 T2=12',
    '20|1-3|T1 T2? =int64?|1-1|T1|inverse:i onesided:i|T1=3 T2=12',
  ],
  DeformConv: [
    '19|3-5|T T T T? T?|1-1|T|dilations:I group:i kernel_shape:I offset_group:i pads:I strides:I|T=2',
    '22|3-5|T T T T? T?|1-1|T|dilations:I group:i kernel_shape:I offset_group:i pads:I strides:I|T=3',
  ],
  DepthToSpace: [
    '1|1-1|T|1-1|T|blocksize:i!|T=25',
    '11|1-1|T|1-1|T|blocksize:i! mode:s|T=25',
    '13|1-1|T|1-1|T|blocksize:i! mode:s|T=24',
    '28|1-1|T|1-1|T|blocksize:i! mode:s|T=24',
  ],
  DequantizeLinear: [
    '10|2-3|T =float32 T?|1-1|=float32||T=40',
    '13|2-3|T =float32 T?|1-1|=float32|axis:i|T=40',
    '19|2-3|T1 T2 T1?|1-1|T2|axis:i|T1=41 T2=22',
    '21|2-3|T1 T2 T1?|1-1|T2|axis:i block_size:i|T1=42 T2=22',
    '23|2-3|T1 T2 T1?|1-1|T3|axis:i block_size:i output_dtype:i|T1=43 T2=22 T3=22',
    '24|2-3|T1 T2 T1?|1-1|T3|axis:i block_size:i output_dtype:i|T1=43 T2=44 T3=22',
    '25|2-3|T1 T2 T1?|1-1|T3|axis:i block_size:i output_dtype:i|T1=45 T2=44 T3=22',
    '28|2-3|T1 T2 T1?|1-1|T3|axis:i block_size:i output_dtype:i|T1=46 T2=44 T3=22',
  ],
  Det: [
    '11|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Div: [
    '7|2-2|T T|1-1|T||T=4',
    '13|2-2|T T|1-1|T||T=5',
    '14|2-2|T T|1-1|T||T=1',
  ],
  Dropout: [
    '7|1-1|T|1-2|T T?|ratio:f|T=2',
    '10|1-1|T|1-2|T T1?|ratio:f|T=2 T1=7',
    '12|1-3|T T1? T2?|1-2|T T2?|seed:i|T=2 T1=2 T2=7',
    '13|1-3|T T1? T2?|1-2|T T2?|seed:i|T=3 T1=2 T2=7',
    '22|1-3|T T1? T2?|1-2|T T2?|seed:i|T=47 T1=47 T2=7',
  ],
  DynamicQuantizeLinear: [
    '11|1-1|T1|3-3|T2 =float32 T2||T1=23 T2=48',
  ],
  Einsum: [
    '12|1-999|T*|1-1|T|equation:s!|T=0',
    '28|1-999|T*|1-1|T|equation:s!|T=1',
  ],
  Elu: [
    '6|1-1|T|1-1|T|alpha:f|T=2',
    '22|1-1|T|1-1|T|alpha:f|T=3',
  ],
  Equal: [
    '7|2-2|T T|1-1|T1||T=49 T1=7',
    '11|2-2|T T|1-1|T1||T=13 T1=7',
    '13|2-2|T T|1-1|T1||T=8 T1=7',
    '19|2-2|T T|1-1|T1||T=15 T1=7',
  ],
  Erf: [
    '9|1-1|T|1-1|T||T=0',
    '13|1-1|T|1-1|T||T=3',
  ],
  Exp: [
    '6|1-1|T|1-1|T||T=2',
    '13|1-1|T|1-1|T||T=3',
  ],
  Expand: [
    '8|2-2|T =int64|1-1|T||T=25',
    '13|2-2|T =int64|1-1|T||T=24',
  ],
  EyeLike: [
    '9|1-1|T1|1-1|T2|dtype:i k:i|T1=13 T2=13',
    '22|1-1|T1|1-1|T2|dtype:i k:i|T1=8 T2=8',
  ],
  Flatten: [
    '1|1-1|T|1-1|T|axis:i|T=2',
    '9|1-1|T|1-1|T|axis:i|T=25',
    '11|1-1|T|1-1|T|axis:i|T=25',
    '13|1-1|T|1-1|T|axis:i|T=24',
    '21|1-1|T|1-1|T|axis:i|T=28',
    '23|1-1|T|1-1|T|axis:i|T=29',
    '24|1-1|T|1-1|T|axis:i|T=30',
    '25|1-1|T|1-1|T|axis:i|T=31',
  ],
  Floor: [
    '6|1-1|T|1-1|T||T=2',
    '13|1-1|T|1-1|T||T=3',
  ],
  GRU: [
    '7|3-6|T T T T? T1? T?|0-2|T? T?|activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i linear_before_reset:i|T=2 T1=38',
    '14|3-6|T T T T? T1? T?|0-2|T? T?|activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i layout:i linear_before_reset:i|T=2 T1=38',
    '22|3-6|T T T T? T1? T?|0-2|T? T?|activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i layout:i linear_before_reset:i|T=3 T1=38',
  ],
  Gather: [
    '1|2-2|T Tind|1-1|T|axis:i|T=25 Tind=12',
    '11|2-2|T Tind|1-1|T|axis:i|T=25 Tind=12',
    '13|2-2|T Tind|1-1|T|axis:i|T=24 Tind=12',
  ],
  GatherElements: [
    '11|2-2|T Tind|1-1|T|axis:i|T=25 Tind=12',
    '13|2-2|T Tind|1-1|T|axis:i|T=24 Tind=12',
  ],
  GatherND: [
    '11|2-2|T =int64|1-1|T||T=25',
    '12|2-2|T =int64|1-1|T|batch_dims:i|T=25',
    '13|2-2|T =int64|1-1|T|batch_dims:i|T=24',
  ],
  Gelu: [
    '20|1-1|T|1-1|T|approximate:s|T=3',
  ],
  Gemm: [
    '7|3-3|T T T|1-1|T|alpha:f beta:f transA:i transB:i|T=2',
    '9|3-3|T T T|1-1|T|alpha:f beta:f transA:i transB:i|T=4',
    '11|2-3|T T T?|1-1|T|alpha:f beta:f transA:i transB:i|T=4',
    '13|2-3|T T T?|1-1|T|alpha:f beta:f transA:i transB:i|T=5',
  ],
  GlobalAveragePool: [
    '1|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  GlobalLpPool: [
    '2|1-1|T|1-1|T|p:i|T=2',
    '22|1-1|T|1-1|T|p:i|T=3',
  ],
  GlobalMaxPool: [
    '1|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Greater: [
    '7|2-2|T T|1-1|T1||T=2 T1=7',
    '9|2-2|T T|1-1|T1||T=0 T1=7',
    '13|2-2|T T|1-1|T1||T=1 T1=7',
  ],
  GreaterOrEqual: [
    '12|2-2|T T|1-1|T1||T=0 T1=7',
    '16|2-2|T T|1-1|T1||T=1 T1=7',
  ],
  GridSample: [
    '16|2-2|T1 T2|1-1|T1|align_corners:i mode:s padding_mode:s|T1=25 T2=2',
    '20|2-2|T1 T2|1-1|T1|align_corners:i mode:s padding_mode:s|T1=25 T2=2',
    '22|2-2|T1 T2|1-1|T1|align_corners:i mode:s padding_mode:s|T1=24 T2=3',
  ],
  GroupNormalization: [
    '18',
    '21|3-3|T T T|1-1|T|epsilon:f num_groups:i! stash_type:i|T=3',
  ],
  HammingWindow: [
    '17|1-1|T1|1-1|T2|output_datatype:i periodic:i|T1=12 T2=1',
  ],
  HannWindow: [
    '17|1-1|T1|1-1|T2|output_datatype:i periodic:i|T1=12 T2=1',
  ],
  HardSigmoid: [
    '6|1-1|T|1-1|T|alpha:f beta:f|T=2',
    '22|1-1|T|1-1|T|alpha:f beta:f|T=3',
  ],
  HardSwish: [
    '14|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Hardmax: [
    '1|1-1|T|1-1|T|axis:i|T=2',
    '11|1-1|T|1-1|T|axis:i|T=2',
    '13|1-1|T|1-1|T|axis:i|T=3',
  ],
  Identity: [
    '1|1-1|T|1-1|T||T=25',
    '13|1-1|T|1-1|T||T=24',
    '14|1-1|V|1-1|V||V=50',
    '16|1-1|V|1-1|V||V=51',
    '19|1-1|V|1-1|V||V=52',
    '21|1-1|V|1-1|V||V=53',
    '23|1-1|V|1-1|V||V=54',
    '24|1-1|V|1-1|V||V=55',
    '25|1-1|V|1-1|V||V=56',
  ],
  If: [
    '1|1-1|B|1-999|V+|else_branch:g! then_branch:g!|V=25 B=7',
    '11|1-1|B|1-999|V+|else_branch:g! then_branch:g!|V=25 B=7',
    '13|1-1|B|1-999|V+|else_branch:g! then_branch:g!|V=57 B=7',
    '16|1-1|B|1-999|V+|else_branch:g! then_branch:g!|V=58 B=7',
    '19|1-1|B|1-999|V+|else_branch:g! then_branch:g!|V=59 B=7',
    '21|1-1|B|1-999|V+|else_branch:g! then_branch:g!|V=60 B=7',
    '23|1-1|B|1-999|V+|else_branch:g! then_branch:g!|V=61 B=7',
    '24|1-1|B|1-999|V+|else_branch:g! then_branch:g!|V=62 B=7',
    '25|1-1|B|1-999|V+|else_branch:g! then_branch:g!|V=63 B=7',
  ],
  ImageDecoder: [
    '20|1-1|T1|1-1|T2|pixel_format:s|T1=48 T2=48',
  ],
  InstanceNormalization: [
    '6|3-3|T T T|1-1|T|epsilon:f|T=2',
    '22|3-3|T T T|1-1|T|epsilon:f|T=3',
  ],
  IsInf: [
    '10|1-1|T1|1-1|T2|detect_negative:i detect_positive:i|T1=64 T2=7',
    '20|1-1|T1|1-1|T2|detect_negative:i detect_positive:i|T1=47 T2=7',
  ],
  IsNaN: [
    '9|1-1|T1|1-1|T2||T1=2 T2=7',
    '13|1-1|T1|1-1|T2||T1=3 T2=7',
    '20|1-1|T1|1-1|T2||T1=47 T2=7',
  ],
  LRN: [
    '1|1-1|T|1-1|T|alpha:f beta:f bias:f size:i!|T=2',
    '13|1-1|T|1-1|T|alpha:f beta:f bias:f size:i!|T=3',
  ],
  LSTM: [
    '7|3-8|T T T T? T1? T? T? T?|0-3|T? T? T?|activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i input_forget:i|T=2 T1=38',
    '14|3-8|T T T T? T1? T? T? T?|0-3|T? T? T?|activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i input_forget:i layout:i|T=2 T1=38',
    '22|3-8|T T T T? T1? T? T? T?|0-3|T? T? T?|activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i input_forget:i layout:i|T=3 T1=38',
  ],
  LayerNormalization: [
    '17|2-3|T T T?|1-3|T U? U?|axis:i epsilon:f stash_type:i|T=3 U=65',
  ],
  LeakyRelu: [
    '6|1-1|T|1-1|T|alpha:f|T=2',
    '16|1-1|T|1-1|T|alpha:f|T=3',
  ],
  Less: [
    '7|2-2|T T|1-1|T1||T=2 T1=7',
    '9|2-2|T T|1-1|T1||T=0 T1=7',
    '13|2-2|T T|1-1|T1||T=1 T1=7',
  ],
  LessOrEqual: [
    '12|2-2|T T|1-1|T1||T=0 T1=7',
    '16|2-2|T T|1-1|T1||T=1 T1=7',
  ],
  LinearAttention: [
    '27|3-6|T T T S? T? T?|2-2|T S|chunk_size:i kv_num_heads:i! q_num_heads:i! scale:f update_rule:s|T=22 S=22',
  ],
  Log: [
    '6|1-1|T|1-1|T||T=2',
    '13|1-1|T|1-1|T||T=3',
  ],
  LogSoftmax: [
    '1|1-1|T|1-1|T|axis:i|T=2',
    '11|1-1|T|1-1|T|axis:i|T=2',
    '13|1-1|T|1-1|T|axis:i|T=3',
  ],
  Loop: [
    '1|3-999|I? B? V+|1-999|V+|body:g!|V=25 I=6 B=7',
    '11|2-999|I? B? V+|1-999|V+|body:g!|V=25 I=6 B=7',
    '13|2-999|I? B? V+|1-999|V+|body:g!|V=57 I=6 B=7',
    '16|2-999|I? B? V+|1-999|V+|body:g!|V=58 I=6 B=7',
    '19|2-999|I? B? V+|1-999|V+|body:g!|V=59 I=6 B=7',
    '21|2-999|I? B? V+|1-999|V+|body:g!|V=60 I=6 B=7',
    '23|2-999|I? B? V+|1-999|V+|body:g!|V=61 I=6 B=7',
    '24|2-999|I? B? V+|1-999|V+|body:g!|V=62 I=6 B=7',
    '25|2-999|I? B? V+|1-999|V+|body:g!|V=63 I=6 B=7',
  ],
  LpNormalization: [
    '1|1-1|T|1-1|T|axis:i p:i|T=2',
    '22|1-1|T|1-1|T|axis:i p:i|T=3',
  ],
  LpPool: [
    '2|1-1|T|1-1|T|auto_pad:s kernel_shape:I! p:i pads:I strides:I|T=2',
    '11|1-1|T|1-1|T|auto_pad:s kernel_shape:I! p:i pads:I strides:I|T=2',
    '18|1-1|T|1-1|T|auto_pad:s ceil_mode:i dilations:I kernel_shape:I! p:i pads:I strides:I|T=2',
    '22|1-1|T|1-1|T|auto_pad:s ceil_mode:i dilations:I kernel_shape:I! p:i pads:I strides:I|T=3',
  ],
  MatMul: [
    '1|2-2|T T|1-1|T||T=2',
    '9|2-2|T T|1-1|T||T=4',
    '13|2-2|T T|1-1|T||T=5',
  ],
  MatMulInteger: [
    '10|2-4|T1 T2 T1? T2?|1-1|T3||T1=37 T2=37 T3=38',
  ],
  Max: [
    '6|1-999|T*|1-1|T||T=2',
    '8|1-999|T*|1-1|T||T=2',
    '12|1-999|T*|1-1|T||T=0',
    '13|1-999|T*|1-1|T||T=1',
  ],
  MaxPool: [
    '1|1-1|T|1-1|T|auto_pad:s kernel_shape:I! pads:I strides:I|T=2',
    '8|1-1|T|1-2|T I?|auto_pad:s kernel_shape:I! pads:I storage_order:i strides:I|T=2 I=6',
    '10|1-1|T|1-2|T I?|auto_pad:s ceil_mode:i dilations:I kernel_shape:I! pads:I storage_order:i strides:I|T=2 I=6',
    '11|1-1|T|1-2|T I?|auto_pad:s ceil_mode:i dilations:I kernel_shape:I! pads:I storage_order:i strides:I|T=2 I=6',
    '12|1-1|T|1-2|T I?|auto_pad:s ceil_mode:i dilations:I kernel_shape:I! pads:I storage_order:i strides:I|T=66 I=6',
    '22|1-1|T|1-2|T I?|auto_pad:s ceil_mode:i dilations:I kernel_shape:I! pads:I storage_order:i strides:I|T=67 I=6',
  ],
  MaxRoiPool: [
    '1|2-2|T T|1-1|T|pooled_shape:I! spatial_scale:f|T=2',
    '22|2-2|T T|1-1|T|pooled_shape:I! spatial_scale:f|T=3',
  ],
  MaxUnpool: [
    '9|2-3|T1 T2 T2?|1-1|T1|kernel_shape:I! pads:I strides:I|T1=2 T2=6',
    '11|2-3|T1 T2 T2?|1-1|T1|kernel_shape:I! pads:I strides:I|T1=2 T2=6',
    '22|2-3|T1 T2 T2?|1-1|T1|kernel_shape:I! pads:I strides:I|T1=3 T2=6',
  ],
  Mean: [
    '6|1-999|T*|1-1|T||T=2',
    '8|1-999|T*|1-1|T||T=2',
    '13|1-999|T*|1-1|T||T=3',
  ],
  MeanVarianceNormalization: [
    '9|1-1|T|1-1|T|axes:I|T=2',
    '13|1-1|T|1-1|T|axes:I|T=3',
  ],
  MelWeightMatrix: [
    '17|5-5|T1 T1 T1 T2 T2|1-1|T3|output_datatype:i|T1=12 T2=3 T3=1',
  ],
  Min: [
    '6|1-999|T*|1-1|T||T=2',
    '8|1-999|T*|1-1|T||T=2',
    '12|1-999|T*|1-1|T||T=0',
    '13|1-999|T*|1-1|T||T=1',
  ],
  Mish: [
    '18|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Mod: [
    '10|2-2|T T|1-1|T|fmod:i|T=0',
    '13|2-2|T T|1-1|T|fmod:i|T=1',
    '28|2-2|T T|1-1|T|fmod:i|T=1',
  ],
  Mul: [
    '7|2-2|T T|1-1|T||T=4',
    '13|2-2|T T|1-1|T||T=5',
    '14|2-2|T T|1-1|T||T=1',
  ],
  Multinomial: [
    '7|1-1|T1|1-1|T2|dtype:i sample_size:i seed:f|T1=2 T2=12',
    '22|1-1|T1|1-1|T2|dtype:i sample_size:i seed:f|T1=3 T2=12',
  ],
  Neg: [
    '6|1-1|T|1-1|T||T=68',
    '13|1-1|T|1-1|T||T=69',
  ],
  NegativeLogLikelihoodLoss: [
    '12|2-3|T Tind T?|1-1|T|ignore_index:i reduction:s|T=2 Tind=12',
    '13|2-3|T Tind T?|1-1|T|ignore_index:i reduction:s|T=2 Tind=12',
    '22|2-3|T Tind T?|1-1|T|ignore_index:i reduction:s|T=3 Tind=12',
  ],
  NonMaxSuppression: [
    '10|2-5|=float32 =float32 =int64? =float32? =float32?|1-1|=int64|center_point_box:i|',
    '11|2-5|=float32 =float32 =int64? =float32? =float32?|1-1|=int64|center_point_box:i|',
  ],
  NonZero: [
    '9|1-1|T|1-1|=int64||T=25',
    '13|1-1|T|1-1|=int64||T=24',
  ],
  Not: [
    '1|1-1|T|1-1|T||T=7',
  ],
  OneHot: [
    '9|3-3|T1 T2 T3|1-1|T3|axis:i|T1=0 T2=0 T3=25',
    '11|3-3|T1 T2 T3|1-1|T3|axis:i|T1=0 T2=0 T3=25',
    '28|3-3|T1 T2 T3|1-1|T3|axis:i|T1=0 T2=0 T3=24',
  ],
  Optional: [
    '15|0-1|V?|1-1|O|type:y|V=57 O=70',
    '28|0-1|V?|1-1|O|type:y|V=71 O=72',
  ],
  OptionalGetElement: [
    '15|1-1|O|1-1|V||O=70 V=57',
    '18|1-1|O|1-1|V||O=73 V=57',
    '28|1-1|O|1-1|V||O=74 V=71',
  ],
  OptionalHasElement: [
    '15|1-1|O|1-1|B||O=70 B=7',
    '18|0-1|O?|1-1|B||O=73 B=7',
    '28|0-1|O?|1-1|B||O=74 B=7',
  ],
  Or: [
    '7|2-2|T T|1-1|T1||T=7 T1=7',
  ],
  PRelu: [
    '7|2-2|T T|1-1|T||T=2',
    '9|2-2|T T|1-1|T||T=4',
    '16|2-2|T T|1-1|T||T=5',
  ],
  Pad: [
    '2|1-1|T|1-1|T|mode:s pads:I! value:f|T=2',
    '11|2-3|T =int64 T?|1-1|T|mode:s|T=0',
    '13|2-3|T =int64 T?|1-1|T|mode:s|T=24',
    '18|2-4|T =int64 T? Tind?|1-1|T|mode:s|T=24 Tind=12',
    '19|2-4|T =int64 T? Tind?|1-1|T|mode:s|T=24 Tind=12',
    '21|2-4|T =int64 T? Tind?|1-1|T|mode:s|T=28 Tind=12',
    '23|2-4|T =int64 T? Tind?|1-1|T|mode:s|T=29 Tind=12',
    '24|2-4|T =int64 T? Tind?|1-1|T|mode:s|T=30 Tind=12',
    '25|2-4|T =int64 T? Tind?|1-1|T|mode:s|T=31 Tind=12',
  ],
  Pow: [
    '7|2-2|T T|1-1|T||T=2',
    '12|2-2|T T1|1-1|T||T=75 T1=0',
    '13|2-2|T T1|1-1|T||T=76 T1=0',
    '15|2-2|T T1|1-1|T||T=76 T1=1',
  ],
  QLinearConv: [
    '10|8-9|T1 =float32 T1 T2 =float32 T2 =float32 T3 T4?|1-1|T3|auto_pad:s dilations:I group:i kernel_shape:I pads:I strides:I|T1=37 T2=37 T3=37 T4=38',
  ],
  QLinearMatMul: [
    '10|8-8|T1 =float32 T1 T2 =float32 T2 =float32 T3|1-1|T3||T1=37 T2=37 T3=37',
    '21|8-8|T1 TS T1 T2 TS T2 TS T3|1-1|T3||TS=22 T1=77 T2=77 T3=77',
  ],
  QuantizeLinear: [
    '10|2-3|T1 =float32 T2?|1-1|T2||T1=78 T2=37',
    '13|2-3|T1 =float32 T2?|1-1|T2|axis:i|T1=78 T2=37',
    '19|2-3|T1 T1 T2?|1-1|T2|axis:i saturate:i|T1=79 T2=77',
    '21|2-3|T1 T1 T2?|1-1|T2|axis:i block_size:i output_dtype:i saturate:i|T1=79 T2=80',
    '23|2-3|T1 T2 T3?|1-1|T3|axis:i block_size:i output_dtype:i precision:i saturate:i|T1=79 T2=79 T3=81',
    '24|2-3|T1 T2 T3?|1-1|T3|axis:i block_size:i output_dtype:i precision:i saturate:i|T1=79 T2=82 T3=81',
    '25|2-3|T1 T2 T3?|1-1|T3|axis:i block_size:i output_dtype:i precision:i saturate:i|T1=79 T2=82 T3=83',
    '28|2-3|T1 T2 T3?|1-1|T3|axis:i block_size:i output_dtype:i precision:i saturate:i|T1=79 T2=82 T3=84',
  ],
  RMSNormalization: [
    '23|2-2|T V|1-1|V|axis:i epsilon:f stash_type:i|T=3 V=3',
  ],
  RNN: [
    '7|3-6|T T T T? T1? T?|0-2|T? T?|activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i|T=2 T1=38',
    '14|3-6|T T T T? T1? T?|0-2|T? T?|activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i layout:i|T=2 T1=38',
    '22|3-6|T T T T? T1? T?|0-2|T? T?|activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i layout:i|T=3 T1=38',
  ],
  RandomNormal: [
    '1|0-0||1-1|T|dtype:i mean:f scale:f seed:f shape:I!|T=2',
    '22|0-0||1-1|T|dtype:i mean:f scale:f seed:f shape:I!|T=3',
  ],
  RandomNormalLike: [
    '1|1-1|T1|1-1|T2|dtype:i mean:f scale:f seed:f|T1=25 T2=2',
    '22|1-1|T1|1-1|T2|dtype:i mean:f scale:f seed:f|T1=24 T2=3',
  ],
  RandomUniform: [
    '1|0-0||1-1|T|dtype:i high:f low:f seed:f shape:I!|T=2',
    '22|0-0||1-1|T|dtype:i high:f low:f seed:f shape:I!|T=3',
  ],
  RandomUniformLike: [
    '1|1-1|T1|1-1|T2|dtype:i high:f low:f seed:f|T1=25 T2=2',
    '22|1-1|T1|1-1|T2|dtype:i high:f low:f seed:f|T1=24 T2=3',
  ],
  Range: [
    '11|3-3|T T T|1-1|T||T=85',
    '27|3-3|T T T|1-1|T|stash_type:i|T=86',
  ],
  Reciprocal: [
    '6|1-1|T|1-1|T||T=2',
    '13|1-1|T|1-1|T||T=3',
  ],
  ReduceL1: [
    '1|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '11|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '13|1-1|T|1-1|T|axes:I keepdims:i|T=5',
    '18|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=5',
  ],
  ReduceL2: [
    '1|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '11|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '13|1-1|T|1-1|T|axes:I keepdims:i|T=5',
    '18|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=5',
  ],
  ReduceLogSum: [
    '1|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '11|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '13|1-1|T|1-1|T|axes:I keepdims:i|T=5',
    '18|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=5',
    '28|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=3',
  ],
  ReduceLogSumExp: [
    '1|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '11|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '13|1-1|T|1-1|T|axes:I keepdims:i|T=5',
    '18|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=5',
    '28|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=3',
  ],
  ReduceMax: [
    '1|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '11|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '12|1-1|T|1-1|T|axes:I keepdims:i|T=87',
    '13|1-1|T|1-1|T|axes:I keepdims:i|T=88',
    '18|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=88',
    '20|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=89',
  ],
  ReduceMean: [
    '1|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '11|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '13|1-1|T|1-1|T|axes:I keepdims:i|T=5',
    '18|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=5',
  ],
  ReduceMin: [
    '1|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '11|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '12|1-1|T|1-1|T|axes:I keepdims:i|T=87',
    '13|1-1|T|1-1|T|axes:I keepdims:i|T=88',
    '18|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=88',
    '20|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=89',
  ],
  ReduceProd: [
    '1|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '11|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '13|1-1|T|1-1|T|axes:I keepdims:i|T=5',
    '18|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=5',
  ],
  ReduceSum: [
    '1|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '11|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '13|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=5',
  ],
  ReduceSumSquare: [
    '1|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '11|1-1|T|1-1|T|axes:I keepdims:i|T=4',
    '13|1-1|T|1-1|T|axes:I keepdims:i|T=5',
    '18|1-2|T =int64?|1-1|T|keepdims:i noop_with_empty_axes:i|T=5',
  ],
  RegexFullMatch: [
    '20|1-1|T1|1-1|T2|pattern:s|T1=90 T2=7',
  ],
  Relu: [
    '6|1-1|T|1-1|T||T=2',
    '13|1-1|T|1-1|T||T=3',
    '14|1-1|T|1-1|T||T=69',
  ],
  Reshape: [
    '5|2-2|T =int64|1-1|T||T=25',
    '13|2-2|T =int64|1-1|T||T=24',
    '14|2-2|T =int64|1-1|T|allowzero:i|T=24',
    '19|2-2|T =int64|1-1|T|allowzero:i|T=27',
    '21|2-2|T =int64|1-1|T|allowzero:i|T=28',
    '23|2-2|T =int64|1-1|T|allowzero:i|T=29',
    '24|2-2|T =int64|1-1|T|allowzero:i|T=30',
    '25|2-2|T =int64|1-1|T|allowzero:i|T=31',
  ],
  Resize: [
    '10|2-2|T =float32|1-1|T|mode:s|T=25',
    '11|3-4|T1 T2 =float32 =int64?|1-1|T1|coordinate_transformation_mode:s cubic_coeff_a:f exclude_outside:i extrapolation_value:f mode:s nearest_mode:s|T1=25 T2=2',
    '13|1-4|T1 T2? =float32? =int64?|1-1|T1|coordinate_transformation_mode:s cubic_coeff_a:f exclude_outside:i extrapolation_value:f mode:s nearest_mode:s|T1=24 T2=2',
    '18|1-4|T1 T2? =float32? =int64?|1-1|T1|antialias:i axes:I coordinate_transformation_mode:s cubic_coeff_a:f exclude_outside:i extrapolation_value:f keep_aspect_ratio_policy:s mode:s nearest_mode:s|T1=24 T2=2',
    '19|1-4|T1 T2? =float32? =int64?|1-1|T1|antialias:i axes:I coordinate_transformation_mode:s cubic_coeff_a:f exclude_outside:i extrapolation_value:f keep_aspect_ratio_policy:s mode:s nearest_mode:s|T1=24 T2=2',
  ],
  ReverseSequence: [
    '10|2-2|T =int64|1-1|T|batch_axis:i time_axis:i|T=25',
    '28|2-2|T =int64|1-1|T|batch_axis:i time_axis:i|T=24',
  ],
  RoiAlign: [
    '10|3-3|T1 T1 T2|1-1|T1|mode:s output_height:i output_width:i sampling_ratio:i spatial_scale:f|T1=2 T2=6',
    '16|3-3|T1 T1 T2|1-1|T1|coordinate_transformation_mode:s mode:s output_height:i output_width:i sampling_ratio:i spatial_scale:f|T1=2 T2=6',
    '22|3-3|T1 T1 T2|1-1|T1|coordinate_transformation_mode:s mode:s output_height:i output_width:i sampling_ratio:i spatial_scale:f|T1=3 T2=6',
  ],
  RotaryEmbedding: [
    '23|3-4|T T T M?|1-1|T|interleaved:i num_heads:i rotary_embedding_dim:i|T=22 M=6',
  ],
  Round: [
    '11|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  STFT: [
    '17|2-4|T1 T2 T1? T2?|1-1|T1|onesided:i|T1=3 T2=12',
  ],
  Scan: [
    '8|2-999|I? V+|1-999|V+|body:g! directions:I num_scan_inputs:i!|I=6 V=25',
    '9|1-999|V+|1-999|V+|body:g! num_scan_inputs:i! scan_input_axes:I scan_input_directions:I scan_output_axes:I scan_output_directions:I|V=25',
    '11|1-999|V+|1-999|V+|body:g! num_scan_inputs:i! scan_input_axes:I scan_input_directions:I scan_output_axes:I scan_output_directions:I|V=25',
    '16|1-999|V+|1-999|V+|body:g! num_scan_inputs:i! scan_input_axes:I scan_input_directions:I scan_output_axes:I scan_output_directions:I|V=24',
    '19|1-999|V+|1-999|V+|body:g! num_scan_inputs:i! scan_input_axes:I scan_input_directions:I scan_output_axes:I scan_output_directions:I|V=27',
    '21|1-999|V+|1-999|V+|body:g! num_scan_inputs:i! scan_input_axes:I scan_input_directions:I scan_output_axes:I scan_output_directions:I|V=28',
    '23|1-999|V+|1-999|V+|body:g! num_scan_inputs:i! scan_input_axes:I scan_input_directions:I scan_output_axes:I scan_output_directions:I|V=29',
    '24|1-999|V+|1-999|V+|body:g! num_scan_inputs:i! scan_input_axes:I scan_input_directions:I scan_output_axes:I scan_output_directions:I|V=30',
    '25|1-999|V+|1-999|V+|body:g! num_scan_inputs:i! scan_input_axes:I scan_input_directions:I scan_output_axes:I scan_output_directions:I|V=31',
  ],
  Scatter: [
    '9|3-3|T Tind T|1-1|T|axis:i|T=25 Tind=12',
    '11',
  ],
  ScatterElements: [
    '11|3-3|T Tind T|1-1|T|axis:i|T=25 Tind=12',
    '13|3-3|T Tind T|1-1|T|axis:i|T=24 Tind=12',
    '16|3-3|T Tind T|1-1|T|axis:i reduction:s|T=24 Tind=12',
    '18|3-3|T Tind T|1-1|T|axis:i reduction:s|T=24 Tind=12',
  ],
  ScatterND: [
    '11|3-3|T =int64 T|1-1|T||T=25',
    '13|3-3|T =int64 T|1-1|T||T=24',
    '16|3-3|T =int64 T|1-1|T|reduction:s|T=24',
    '18|3-3|T =int64 T|1-1|T|reduction:s|T=24',
  ],
  Selu: [
    '6|1-1|T|1-1|T|alpha:f gamma:f|T=2',
    '22|1-1|T|1-1|T|alpha:f gamma:f|T=3',
  ],
  SequenceAt: [
    '11|2-2|S I|1-1|T||S=26 T=25 I=12',
  ],
  SequenceConstruct: [
    '11|1-999|T*|1-1|S||T=25 S=26',
  ],
  SequenceEmpty: [
    '11|0-0||1-1|S|dtype:i|S=26',
  ],
  SequenceErase: [
    '11|1-2|S I?|1-1|S||S=26 I=12',
  ],
  SequenceInsert: [
    '11|2-3|S T I?|1-1|S||T=25 S=26 I=12',
  ],
  SequenceLength: [
    '11|1-1|S|1-1|I||S=26 I=6',
  ],
  SequenceMap: [
    '17|1-999|S V+|1-999|S+|body:g!|S=26 V=57',
  ],
  Shape: [
    '1|1-1|T|1-1|T1||T=25 T1=6',
    '13|1-1|T|1-1|T1||T=24 T1=6',
    '15|1-1|T|1-1|T1|end:i start:i|T=24 T1=6',
    '19|1-1|T|1-1|T1|end:i start:i|T=27 T1=6',
    '21|1-1|T|1-1|T1|end:i start:i|T=28 T1=6',
    '23|1-1|T|1-1|T1|end:i start:i|T=29 T1=6',
    '24|1-1|T|1-1|T1|end:i start:i|T=30 T1=6',
    '25|1-1|T|1-1|T1|end:i start:i|T=31 T1=6',
  ],
  Shrink: [
    '9|1-1|T|1-1|T|bias:f lambd:f|T=0',
  ],
  Sigmoid: [
    '6|1-1|T|1-1|T||T=2',
    '13|1-1|T|1-1|T||T=3',
  ],
  Sign: [
    '9|1-1|T|1-1|T||T=0',
    '13|1-1|T|1-1|T||T=1',
  ],
  Sin: [
    '7|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Sinh: [
    '9|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Size: [
    '1|1-1|T|1-1|T1||T=25 T1=6',
    '13|1-1|T|1-1|T1||T=24 T1=6',
    '19|1-1|T|1-1|T1||T=27 T1=6',
    '21|1-1|T|1-1|T1||T=28 T1=6',
    '23|1-1|T|1-1|T1||T=29 T1=6',
    '24|1-1|T|1-1|T1||T=30 T1=6',
    '25|1-1|T|1-1|T1||T=31 T1=6',
  ],
  Slice: [
    '1|1-1|T|1-1|T|axes:I ends:I! starts:I!|T=25',
    '10|3-5|T Tind Tind Tind? Tind?|1-1|T||T=25 Tind=12',
    '11|3-5|T Tind Tind Tind? Tind?|1-1|T||T=25 Tind=12',
    '13|3-5|T Tind Tind Tind? Tind?|1-1|T||T=24 Tind=12',
  ],
  Softmax: [
    '1|1-1|T|1-1|T|axis:i|T=2',
    '11|1-1|T|1-1|T|axis:i|T=2',
    '13|1-1|T|1-1|T|axis:i|T=3',
  ],
  SoftmaxCrossEntropyLoss: [
    '12|2-3|T Tind T?|1-2|T T?|ignore_index:i reduction:s|T=2 Tind=12',
    '13|2-3|T Tind T?|1-2|T T?|ignore_index:i reduction:s|T=3 Tind=12',
  ],
  Softplus: [
    '1|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Softsign: [
    '1|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  SpaceToDepth: [
    '1|1-1|T|1-1|T|blocksize:i!|T=25',
    '13|1-1|T|1-1|T|blocksize:i!|T=24',
    '28|1-1|T|1-1|T|blocksize:i! mode:s|T=24',
  ],
  Split: [
    '2|1-1|T|1-999|T*|axis:i split:I|T=25',
    '11|1-1|T|1-999|T*|axis:i split:I|T=25',
    '13|1-2|T =int64?|1-999|T*|axis:i|T=24',
    '18|1-2|T =int64?|1-999|T*|axis:i num_outputs:i|T=24',
  ],
  SplitToSequence: [
    '11|1-2|T I?|1-1|S|axis:i keepdims:i|T=25 I=12 S=26',
    '24|1-2|T I?|1-1|S|axis:i keepdims:i|T=24 I=12 S=91',
  ],
  Sqrt: [
    '6|1-1|T|1-1|T||T=2',
    '13|1-1|T|1-1|T||T=3',
  ],
  Squeeze: [
    '1|1-1|T|1-1|T|axes:I|T=25',
    '11|1-1|T|1-1|T|axes:I|T=25',
    '13|1-2|T =int64?|1-1|T||T=24',
    '21|1-2|T =int64?|1-1|T||T=28',
    '23|1-2|T =int64?|1-1|T||T=29',
    '24|1-2|T =int64?|1-1|T||T=30',
    '25|1-2|T =int64?|1-1|T||T=31',
  ],
  StringConcat: [
    '20|2-2|T T|1-1|T||T=90',
  ],
  StringNormalizer: [
    '10|1-1|=string|1-1|=string|case_change_action:s is_case_sensitive:i locale:s stopwords:S|',
  ],
  StringSplit: [
    '20|1-1|T1|2-2|T2 T3|delimiter:s maxsplit:i|T1=90 T2=90 T3=6',
  ],
  Sub: [
    '7|2-2|T T|1-1|T||T=4',
    '13|2-2|T T|1-1|T||T=5',
    '14|2-2|T T|1-1|T||T=1',
  ],
  Sum: [
    '6|1-999|T*|1-1|T||T=2',
    '8|1-999|T*|1-1|T||T=2',
    '13|1-999|T*|1-1|T||T=3',
  ],
  SwiGLU: [
    '28|2-2|T T|1-1|T|alpha:f|T=3',
  ],
  Swish: [
    '24|1-1|T|1-1|T|alpha:f|T=3',
  ],
  Tan: [
    '7|1-1|T|1-1|T||T=2',
    '22|1-1|T|1-1|T||T=3',
  ],
  Tanh: [
    '6|1-1|T|1-1|T||T=2',
    '13|1-1|T|1-1|T||T=3',
  ],
  TensorScatter: [
    '24|2-3|T T =int64?|1-1|T|axis:i mode:s|T=30',
  ],
  TfIdfVectorizer: [
    '9|1-1|T|1-1|T1|max_gram_length:i! max_skip_count:i! min_gram_length:i! mode:s! ngram_counts:I! ngram_indexes:I! pool_int64s:I pool_strings:S weights:F|T=92 T1=23',
  ],
  ThresholdedRelu: [
    '10|1-1|T|1-1|T|alpha:f|T=2',
    '22|1-1|T|1-1|T|alpha:f|T=3',
  ],
  Tile: [
    '6|2-2|T T1|1-1|T||T=25 T1=6',
    '13|2-2|T T1|1-1|T||T=24 T1=6',
  ],
  TopK: [
    '1|1-1|T|2-2|T I|axis:i k:i!|T=2 I=6',
    '10|2-2|T =int64|2-2|T I|axis:i|T=2 I=6',
    '11|2-2|T =int64|2-2|T I|axis:i largest:i sorted:i|T=0 I=6',
    '24|2-2|T =int64|2-2|T I|axis:i largest:i sorted:i|T=1 I=6',
  ],
  Transpose: [
    '1|1-1|T|1-1|T|perm:I|T=25',
    '13|1-1|T|1-1|T|perm:I|T=24',
    '21|1-1|T|1-1|T|perm:I|T=28',
    '23|1-1|T|1-1|T|perm:I|T=29',
    '24|1-1|T|1-1|T|perm:I|T=30',
    '25|1-1|T|1-1|T|perm:I|T=31',
  ],
  Trilu: [
    '14|1-2|T =int64?|1-1|T|upper:i|T=24',
  ],
  Unique: [
    '11|1-1|T|1-4|T =int64? =int64? =int64?|axis:i sorted:i|T=25',
    '28|1-1|T|1-4|T =int64? =int64? =int64?|axis:i sorted:i|T=24',
  ],
  Unsqueeze: [
    '1|1-1|T|1-1|T|axes:I!|T=25',
    '11|1-1|T|1-1|T|axes:I!|T=25',
    '13|2-2|T =int64|1-1|T||T=24',
    '21|2-2|T =int64|1-1|T||T=28',
    '23|2-2|T =int64|1-1|T||T=29',
    '24|2-2|T =int64|1-1|T||T=30',
    '25|2-2|T =int64|1-1|T||T=31',
  ],
  Upsample: [
    '7|1-1|T|1-1|T|mode:s scales:F!|T=25',
    '9|2-2|T =float32|1-1|T|mode:s|T=25',
    '10',
  ],
  Where: [
    '9|3-3|B T T|1-1|T||B=7 T=25',
    '16|3-3|B T T|1-1|T||B=7 T=24',
  ],
  Xor: [
    '7|2-2|T T|1-1|T1||T=7 T1=7',
  ],
};
