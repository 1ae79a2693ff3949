import { useI18n } from 'vue-i18n';

const PREFIXES = [
  'predikat.',
  'rating.',
  'ruleSets.section.',
  'ruleSets.organisation.',
  'ruleSets.followUp.',
  'ruleSets.frequency.',
  'ruleSets.ladder.',
  'ruleSets.jenjang.',
  'ruleSets.hukuman.',
  'ruleSets.whenNotWorkingDay.',
  'ruleSets.part.',
];

/** The words of a value or of a part of a path, where the texts have one. */
export function useRuleWords() {
  const { t, te } = useI18n();
  return (word: string | undefined): string => {
    if (word === undefined) return '–';
    if (word === 'true' || word === 'false') return t(word === 'true' ? 'ruleSets.yes' : 'ruleSets.no');
    const prefix = PREFIXES.find((one) => /^\w+$/.test(word) && te(`${one}${word}`));
    return prefix ? t(`${prefix}${word}`) : word;
  };
}

/** The name of the rule at a dotted path: its own text, or its section with the words of the way to it. */
export function useRuleNames() {
  const { t, te } = useI18n();
  const wordOf = useRuleWords();
  return (path: string): string => {
    if (te(`ruleSets.field.${path}`) && !te(`ruleSets.field.${path}.title`)) return t(`ruleSets.field.${path}`);
    if (path === 'name') return t('common.name');
    const [section = '', ...rest] = path.split('.');
    const words = rest.map(wordOf).map((word) => (/^\d+$/.test(word) ? String(Number(word) + 1) : word));
    const head = te(`ruleSets.section.${section}`)
      ? t(`ruleSets.section.${section}`)
      : te(`ruleSets.${section}`)
        ? t(`ruleSets.${section}`)
        : section;
    return [head, ...words].join(' › ');
  };
}
