type CodeEntry = { readonly legalCode?: string };

/**
 * Every reason for which something is refused, held back or marked, as a dotted code: the one list that the domain,
 * the HTTP problem details and the translations share. A code is never renamed once it has been published;
 * `legalCode` is the name that the rulebook gives it in documents and in correspondence.
 */
export const ERROR_CODES = {
  'calendar.date': {},
  'calendar.zone': {},

  'ruleSet.none': {},
  'ruleSet.ambiguous': {},
  'ruleSet.code': {},
  'ruleSet.nameMissing': {},
  'ruleSet.validToBeforeFrom': {},
  'ruleSet.guidelineMissing': {},
  'ruleSet.unknownPath': {},
  'ruleSet.dayLength': {},
  'ruleSet.duration': {},
  'ruleSet.ladderOffset': {},
  'ruleSet.ladderOrder': {},
  'ruleSet.ladderNobody': {},
  'ruleSet.ladderReassignLast': {},
  'ruleSet.ladderReassignToSelf': {},
  'ruleSet.matrixCell': {},
  'ruleSet.distributionMissing': {},
  'ruleSet.distributionCondition': {},
  'ruleSet.weights': {},
  'ruleSet.bands': {},
  'ruleSet.koefisien': {},
  'ruleSet.roundingDigits': {},
  'ruleSet.percent': {},

  'numeric.outOfRange': {},
  'distribution.reasonRequired': {},
  'appraiser.none': {},
  'objection.late': { legalCode: 'KEBERATAN_LEWAT_WAKTU' },
  'objection.reasonRequired': {},

  'nip.format': { legalCode: 'NIP_FORMAT' },
  'nip.lahir': { legalCode: 'NIP_LAHIR' },
  'nip.tahun': { legalCode: 'NIP_TAHUN' },
  'nip.jk': { legalCode: 'NIP_JK' },
  'nip.urut': { legalCode: 'NIP_URUT' },
  'nip.bulan': { legalCode: 'NIP_BULAN' },
  'nip.appointedBefore18': {},
  'nip.birthDateDiffers': {},
  'nip.sexDiffers': {},

  'roster.nipDuplicate': {},
  'roster.valueMissing': {},
  'roster.valueUnknown': {},
  'roster.birthDate': {},
  'roster.email': {},
  'roster.emailShared': {},
  'roster.employmentDiffers': {},
  'roster.unitUnknown': {},
  'roster.superiorUnknown': {},
  'roster.superiorIsSelf': {},
  'roster.superiorCycle': {},
  'roster.superiorRefused': {},
  'roster.superiorMissing': {},
  'unit.parentUnknown': {},
  'unit.cycle': {},
  'unit.duplicate': {},

  'reward.serviceTooShort': {},
  'reward.hukdisSedangBerat': { legalCode: 'HUKDIS_SEDANG_BERAT' },
  'reward.cltn': {},
  'reward.rankTooShort': {},
  'reward.predikatTooLow': {},
  'reward.servingDiscipline': {},
  'reward.kgbTooEarly': {},
} as const satisfies Record<string, CodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** All codes, for the test that each has its text in each language. */
export const ALL_ERROR_CODES = Object.keys(ERROR_CODES) as ErrorCode[];

/** The rulebook's name of a code (`NIP_LAHIR`), or null where it has none. */
export function legalCodeOf(code: ErrorCode): string | null {
  const entry: CodeEntry = ERROR_CODES[code];
  return entry.legalCode ?? null;
}
