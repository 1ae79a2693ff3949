import { fromMicro, toMicro } from '../micro.ts';
import { err, ok, type Result } from '../result.ts';
import type { Predikat } from './predikat.ts';

/** Weights of the two parts in percent; together 100. */
type NumericWeights = { readonly skpPercent: number; readonly perilakuPercent: number };

/** The numeric scale of PP 30/2019 Ps. 41, for archive years and agencies that still convert. */
export type NumericScale = {
  readonly isEnabled: boolean;
  readonly withoutPeerOpinion: NumericWeights;
  readonly withPeerOpinion: NumericWeights;
  readonly achievementCapPercent: number;
  /** Lowest value of each band; below the last one it is `sangatKurang`. */
  readonly bandsFrom: Readonly<Record<Exclude<Predikat, 'sangatKurang'>, number>>;
};

export type NumericAppraisal = {
  /** 0 to the cap, at most six decimals. */
  readonly skp: number;
  readonly perilaku: number;
  readonly usesPeerOpinion: boolean;
  /** A new idea or way that benefits the organisation or the state, verified by somebody else than the employee. */
  readonly hasVerifiedNewIdea: boolean;
};

/** The weighted value and its predikat (PP 30/2019 Ps. 41(2)–(5)). Error: `numeric.outOfRange` for a part outside 0…cap. */
export function appraiseNumerically(
  input: NumericAppraisal,
  scale: NumericScale,
): Result<{ value: number; predikat: Predikat }, 'numeric.outOfRange'> {
  const parts = [input.skp, input.perilaku];
  if (!parts.every((part) => part >= 0 && part <= scale.achievementCapPercent)) {
    return err('numeric.outOfRange', { skp: input.skp, perilaku: input.perilaku, cap: scale.achievementCapPercent });
  }
  const weights = input.usesPeerOpinion ? scale.withPeerOpinion : scale.withoutPeerOpinion;
  const hundredths = toMicro(input.skp) * weights.skpPercent + toMicro(input.perilaku) * weights.perilakuPercent;
  const value = fromMicro(hundredths / 100);
  return ok({ value, predikat: predikatFromValue(value, input.hasVerifiedNewIdea, scale) });
}

/** The band a value lies in. Without a verified new idea the best that a value of 110 to 120 gives is Baik. */
export function predikatFromValue(value: number, hasVerifiedNewIdea: boolean, scale: NumericScale): Predikat {
  const from = scale.bandsFrom;
  if (value >= from.sangatBaik && hasVerifiedNewIdea) return 'sangatBaik';
  if (value >= from.baik) return 'baik';
  if (value >= from.butuhPerbaikan) return 'butuhPerbaikan';
  return value >= from.kurang ? 'kurang' : 'sangatKurang';
}
