/** What a request for a correction says: whether the superior or the own post is wrong, which post is right, and why. */
export type CorrectionData = {
  what: 'superior' | 'unit';
  /** The post that is wrong: the superior's, or the own one. */
  fromPositionId: string | null;
  rightPositionId: string;
  reason: string;
  /** Both posts in words, as they were when the request was made. */
  wrong: string;
  right: string;
};
