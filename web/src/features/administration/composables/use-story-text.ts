import { useI18n } from 'vue-i18n';
import type { StoryEvent } from '../../../types.ts';
import { useFormat } from '../../../ui/format.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The sentence of a line of the story in business words, its remarks, and its reason. */
export function useStoryText(zone: () => string) {
  const { t, te } = useI18n();
  const format = useFormat();

  function sentence({ kind, data }: StoryEvent): string {
    const key = kind === 'taskOpened' && data.assignee === undefined ? 'story.taskOpenedPlain' : `story.${kind}`;
    return te(key) ? t(key, paramsOf(data)) : t('story.unknown', { kind });
  }
  function remarks({ kind, data }: StoryEvent): string[] {
    const found: string[] = [];
    if (kind !== 'periodOpened' && !kind.startsWith('report') && typeof data.periodNo === 'number')
      found.push(t('reporting.periodNo', { n: data.periodNo }));
    if (typeof data.round === 'number' && data.round > 1) found.push(t('story.round', { n: data.round }));
    if (data.isLate === true) found.push(t('story.late'));
    return found;
  }
  const reason = ({ data }: StoryEvent): string | null =>
    typeof data.reason === 'string' && data.reason !== '' ? data.reason : null;
  /** A kind without a sentence shows what it carries. */
  const plainData = ({ kind, data }: StoryEvent): string | null =>
    te(`story.${kind}`) || Object.keys(data).length === 0 ? null : JSON.stringify(data);

  function paramsOf(data: Record<string, unknown>): Record<string, string> {
    const params: Record<string, string> = {
      assignee: '–',
      from: '–',
      to: '–',
      recipients: '–',
      level: '–',
      periodNo: '–',
      predikat: '–',
      hasilKerja: '–',
      perilaku: '–',
      taskKind: '–',
      year: '–',
      step: '–',
      dueAt: '–',
    };
    for (const [name, value] of Object.entries(data)) params[name] = wordOf(name, value);
    const ids = data.recipientIds;
    if (params.recipients === '–' && Array.isArray(ids))
      params.recipients = ids.some((id) => UUID.test(String(id)))
        ? t('story.people', { n: ids.length }, ids.length)
        : ids.join(', ');
    return params;
  }
  function wordOf(name: string, value: unknown): string {
    if (Array.isArray(value)) return value.map(String).join(', ');
    const text = String(value ?? '–');
    if (name === 'predikat' && te(`predikat.${text}`)) return t(`predikat.${text}`);
    if ((name === 'hasilKerja' || name === 'perilaku') && te(`rating.${text}`)) return t(`rating.${text}`);
    if (name === 'step' && te(`story.step.${text}`)) return t(`story.step.${text}`);
    if (name === 'taskKind' && te(`task.kind.${text}`)) return t(`task.kind.${text}`);
    if (name.endsWith('At') && !Number.isNaN(Date.parse(text))) return format.dateTime(text, zone());
    return text;
  }
  return { sentence, remarks, reason, plainData };
}
