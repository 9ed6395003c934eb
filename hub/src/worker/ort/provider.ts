/** Hardware that computes graphs. */
export const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** What a worker can be told: a provider, or to find the fastest one by itself. */
export const PROVIDER_CHOICES = ['auto', ...PROVIDERS] as const;
export type ProviderChoice = (typeof PROVIDER_CHOICES)[number];

/** What makes a provider that is absent appear. */
const PROVIDER_NEEDS: Readonly<Record<Exclude<Provider, 'cpu'>, string>> = {
  cuda: 'it needs an NVIDIA driver, CUDA 12 with cuDNN 9, and "ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node" on Linux x64',
  webgpu: 'it needs a graphics card with a driver for Vulkan (Linux), Metal (macOS) or Direct3D 12 (Windows)',
};

/** A sentence for whoever forced a provider that is not there. */
export function absenceOf(provider: Exclude<Provider, 'cpu'>): string {
  return `provider ${provider} is not available here: ${PROVIDER_NEEDS[provider]}; --provider cpu always works`;
}
