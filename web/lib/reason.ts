/** Shortest reason that the server takes. */
export const shortestReason = 3
