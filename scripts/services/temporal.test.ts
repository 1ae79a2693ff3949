import { expect, it } from 'vitest';
import { withSettings } from './temporal.ts';

it('replaces settings of the dynamic configuration and adds new ones', () => {
  const yaml = '# limits\nfrontend.rps: [{ value: 10 }]\nmatching.rps: [{ value: 20 }]\n';
  expect(withSettings(yaml, { 'matching.rps': 5, 'frontend.WorkflowTimeSkippingEnabled': true })).toBe(
    '# limits\nfrontend.rps: [{ value: 10 }]\nmatching.rps: [{ value: 5 }]\nfrontend.WorkflowTimeSkippingEnabled: [{ value: true }]\n',
  );
});
