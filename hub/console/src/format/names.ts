/** Digest or id short enough for a table; the whole belongs into a title. */
export function shortDigest(digest: string): string {
  return digest.length <= 12 ? digest : digest.slice(0, 12);
}

/** A model and one of its versions: "shuttle@3". */
export function versionName(model: string, version: number | null | undefined): string {
  return version === null || version === undefined ? model : `${model}@${version}`;
}

/** A state word as people read it: 'rolling-back' becomes "rolling back". */
export function stateWord(state: string): string {
  return state.replaceAll('-', ' ');
}

/** "1 device", "3 devices". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
