/**
 * The numbers of our advisory locks, which all of a database shares: two that are the same wait for each other.
 */
export const advisoryLocks = Object.freeze({
  /** Who migrates the database; it ends with its transaction. */
  migration: 4_851_227_018_113n,
  /** Which server an embedded PostgreSQL belongs to, as long as that one runs. */
  instance: 4_851_227_018_114n,
  /** Who makes or takes out months of the audit: within functions that migrations have made. */
  auditMonths: 4_851_227_018_115n,
});

/** What locks are hashed with that have names; each kind of them begins its names in its own way. */
export const hashedLocks = 4_851_227_018n;
