/** How many random stories a run tells; the whole of it is `STORIES=2000`, which takes minutes. */
export const STORIES = Number(process.env['STORIES'] ?? 40)

/** Where a run begins: another one each time, unless `STORIES_SEED` repeats one. */
export const STORIES_SEED = Number(process.env['STORIES_SEED'] ?? Date.now() % 2 ** 31)
