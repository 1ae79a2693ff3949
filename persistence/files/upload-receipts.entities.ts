import { defineEntity, p } from '@mikro-orm/core';

/** What a finished upload has written. Its id is the upload's; it is kept for as long as a browser may still ask. */
export const UploadReceiptSchema = defineEntity({
  name: 'UploadReceipt',
  properties: {
    id: p.uuid().primary(),
    purpose: p.text(),
    employeeId: p.uuid(),
    sizeBytes: p.bigint('number'),
    answer: p.json<object>(),
    finishedAt: p.datetime().defaultRaw('now()'),
  },
});
class UploadReceipt extends UploadReceiptSchema.class {}
UploadReceiptSchema.setClass(UploadReceipt);
