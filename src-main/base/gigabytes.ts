/** A number of bytes in GB, to as many digits as say something: "8.2", "0.023". */
export const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(bytes < 1e8 ? 3 : 1);
