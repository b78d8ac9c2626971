export const mebibyte = 1024 ** 2;
export const gibibyte = 1024 ** 3;

/** Bytes in words: `11.3 GiB`, `250 MiB`. */
export const sizeOf = (bytes: number): string =>
  bytes < gibibyte ? `${Math.floor(bytes / mebibyte)} MiB` : `${(bytes / gibibyte).toFixed(1)} GiB`;
