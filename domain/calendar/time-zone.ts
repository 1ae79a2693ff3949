const ZONES = {
  'Asia/Jakarta': { abbreviation: 'WIB', offsetHours: 7 },
  'Asia/Pontianak': { abbreviation: 'WIB', offsetHours: 7 },
  'Asia/Makassar': { abbreviation: 'WITA', offsetHours: 8 },
  'Asia/Jayapura': { abbreviation: 'WIT', offsetHours: 9 },
} as const;

/** The time zones of Indonesia by their IANA names. Their offsets are fixed; there is no summer time. */
export type IndonesianZone = keyof typeof ZONES;

export type ZoneAbbreviation = (typeof ZONES)[IndonesianZone]['abbreviation'];

export const INDONESIAN_ZONES = Object.keys(ZONES) as IndonesianZone[];

export const isIndonesianZone = (text: string): text is IndonesianZone => Object.hasOwn(ZONES, text);

/** Milliseconds by which local time is ahead of UTC. Throws a RangeError for a zone outside the list. */
export const zoneOffsetMs = (zone: IndonesianZone): number => entryOf(zone).offsetHours * 3_600_000;

/** WIB, WITA or WIT, as printed beside a time. */
export const abbreviationOf = (zone: IndonesianZone): ZoneAbbreviation => entryOf(zone).abbreviation;

function entryOf(zone: IndonesianZone): (typeof ZONES)[IndonesianZone] {
  if (!isIndonesianZone(zone)) throw new RangeError(`not a time zone of Indonesia: ${String(zone)}`);
  return ZONES[zone];
}
