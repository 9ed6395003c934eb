import { createRequire } from 'node:module';

/** Version of ONNX Runtime on this device, read without loading it. */
export function runtimeVersion(): string {
  const manifest = createRequire(import.meta.url)('onnxruntime-node/package.json') as { readonly version: string };
  return manifest.version;
}
