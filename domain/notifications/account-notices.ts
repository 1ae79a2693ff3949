/** What a person is told by mail about their own account; each has its words in `worker/mailer/mails/account-notice`. */
export const ACCOUNT_NOTICES = [
  'newDevice',
  'passwordChanged',
  'passwordReset',
  'factorAdded',
  'factorRemoved',
  'recoveryCodeUsed',
  'recoveryCodesReplaced',
  'ssoLinked',
  'ssoUnlinked',
] as const;
export type AccountNotice = (typeof ACCOUNT_NOTICES)[number];
