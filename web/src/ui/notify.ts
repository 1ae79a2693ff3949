import { ref } from 'vue';

export type Notice = { id: number; text: string; tone: 'good' | 'bad' | 'info' };

/** What the toast region shows and reads out. */
export const notices = ref<Notice[]>([]);
let last = 0;

/** Shows a short text for some seconds; screen readers hear it. Errors that need an answer belong into the page instead. */
export function notify(text: string, tone: Notice['tone'] = 'good'): void {
  const notice = { id: ++last, text, tone };
  notices.value = [...notices.value.slice(-2), notice];
  setTimeout(() => dismiss(notice.id), 8000);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}
