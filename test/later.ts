/**
 * Preloaded into a process (`--import`): its machine's clock is LATER_MS ahead, as if it had been started that much
 * later. Leases of a process that was killed are over by then, and nobody need wait for it.
 */
const { now } = Date;
const later = Number(process.env.LATER_MS);
Date.now = () => now() + later;
