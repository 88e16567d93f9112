/**
 * JSON for a query parameter: bigints as decimal strings, and U+0000, which Postgres text cannot hold, as U+FFFD. The
 * archive keeps the escaped original; without this one string of a stranger could stop every projector.
 */
export const databaseJson = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return item.toString();
    return typeof item === 'string' ? item.replaceAll('\0', '\uFFFD') : item;
  });
