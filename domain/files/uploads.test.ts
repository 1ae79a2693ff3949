import { describe, expect, it } from 'vitest';
import { kindRefusal, largestBytes, sizeRefusal, UPLOADS, type UploadPurposeName } from './uploads.ts';

const purposes = Object.keys(UPLOADS) as UploadPurposeName[];

describe('limits of uploads', () => {
  it.each(purposes)('%s takes files up to its limit and says what it takes', (purpose) => {
    expect(sizeRefusal(purpose, 0)).toEqual({ code: 'file.empty', detail: {} });
    expect(sizeRefusal(purpose, largestBytes(purpose))).toBeNull();
    expect(sizeRefusal(purpose, largestBytes(purpose) + 1)).toEqual({
      code: 'file.tooLarge',
      detail: { largest: UPLOADS[purpose].largestMegabytes },
    });
    expect(kindRefusal(purpose).detail['kinds']).toBe(
      UPLOADS[purpose].kinds.map((kind) => kind.toUpperCase()).join(', '),
    );
  });
});
