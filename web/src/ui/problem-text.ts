import { useI18n } from 'vue-i18n';
import { toProblem } from '../problem.ts';

type Params = Record<string, string | number>;

/** Texts of error codes: what happened, why, who can help. Unknown codes get a general text; the code is shown small beside it. */
export function useProblemText() {
  const { t, te } = useI18n();
  const ofCode = (code: string, detail: Record<string, unknown> = {}): string => {
    const key = `problem.${code}`;
    return te(key) ? t(key, paramsOf(detail)) : t('problem.unknown');
  };
  const of = (error: unknown): string => {
    const problem = toProblem(error);
    return ofCode(problem.code, problem.detail);
  };
  return { of, ofCode };
}

function paramsOf(detail: Record<string, unknown>): Params {
  const params: Params = {};
  for (const [name, value] of Object.entries(detail)) {
    if (typeof value === 'string' || typeof value === 'number') params[name] = value;
    else if (Array.isArray(value)) params[name] = value.join(', ');
    else if (typeof value === 'boolean') params[name] = String(value);
  }
  return params;
}
