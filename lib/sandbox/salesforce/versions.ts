/** The API versions that the org serves; each has one release a season. */
const OLDEST_VERSION = 31;
const NEWEST_VERSION = 68;

/** The first version without SOAP `login()`; other calls live on. */
export const FIRST_VERSION_WITHOUT_LOGIN = 65;

/** `64.0` -> 64; `undefined` for a version that the org does not serve. */
export function servedVersion(text: string): number | undefined {
  if (!/^\d{2}\.0$/.test(text)) return undefined;
  const version = Number(text);
  return version >= OLDEST_VERSION && version <= NEWEST_VERSION ? version : undefined;
}

/** The body of `GET /services/data/`. */
export function versionList(): { label: string; url: string; version: string }[] {
  const count = NEWEST_VERSION - OLDEST_VERSION + 1;
  return Array.from({ length: count }, (_none, index) => {
    const version = `${OLDEST_VERSION + index}.0`;
    return { label: releaseName(OLDEST_VERSION + index), url: `/services/data/v${version}`, version };
  });
}

/** Version 30 was Spring '14; three releases a year, Winter named after the year that follows. */
function releaseName(version: number): string {
  const since = version - 30;
  const season = ['Spring', 'Summer', 'Winter'][since % 3] ?? '';
  const year = 14 + Math.floor(since / 3) + (season === 'Winter' ? 1 : 0);
  return `${season} '${year}`;
}
