import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A PyTorch of the system with one of its libraries for linear algebra. */
export interface TorchInstallation {
  readonly python: string;
  /** Folder of the library, before the system's own choice. */
  readonly libraries: string;
}

/**
 * What Debian's python3-torch multiplies matrices with: its own dependency is the plain reference library, and
 * OpenBLAS takes its place where some other package brought it along.
 */
export type TorchBlas = 'reference' | 'openblas';

/** The installation, or why there is none here. */
export function torchWith(blas: TorchBlas): TorchInstallation | { readonly missing: string } {
  // Debian installs its Python packages for its own interpreter, which need not be the first on the path.
  const python = ['python3', '/usr/bin/python3'].find(
    (command) => spawnSync(command, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
  if (python === undefined) return { missing: 'no Python interpreter here can import torch' };
  const libraries = blasFolder(blas);
  return libraries === undefined ? { missing: `no ${blas} BLAS library here` } : { python, libraries };
}

function blasFolder(blas: TorchBlas): string | undefined {
  const isOf = (name: string): boolean => (blas === 'reference' ? name === 'blas' : name.startsWith('openblas'));
  for (const root of architectureFolders()) {
    const found = readdirSync(root).find((name) => isOf(name) && existsSync(join(root, name, 'libblas.so.3')));
    if (found !== undefined) return join(root, found);
  }
  return undefined;
}

/** Debian keeps libraries in a folder per architecture: /usr/lib/x86_64-linux-gnu. */
function architectureFolders(): string[] {
  const root = '/usr/lib';
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => join(root, name));
}
