/** Milliseconds of this machine's monotonic clock: the same in every process, and never set back. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6
