import { describe, expect, it } from 'vitest';
import { containing, joinSql, limitTo, NO_SQL, sql, whereSql } from './sql.ts';

describe('sql', () => {
  it('makes every value a parameter and splices pieces in', () => {
    const inner = sql`b = ${2}`;
    expect(sql`select a where ${inner} and c = ${"x' or 1=1"} ${NO_SQL}`).toEqual({
      text: 'select a where b = ? and c = ? ',
      params: [2, "x' or 1=1"],
    });
    expect(joinSql([inner, sql`c`], ' and ')).toEqual({ text: 'b = ? and c', params: [2] });
  });

  it('writes limits into the text, and only numbers of rows', () => {
    expect(sql`select a ${limitTo(21)}`).toEqual({ text: 'select a limit 21', params: [] });
    for (const wrong of [-1, 0.5, NaN, '1; drop table a' as never]) expect(() => limitTo(wrong)).toThrow(RangeError);
  });

  it('writes arrays as PostgreSQL reads them, whatever stands in them', () => {
    expect(sql`${['a', 'b"c\\d', null]}`.params).toEqual(['{"a","b\\"c\\\\d",null}']);
    expect(sql`${[]}`.params).toEqual(['{}']);
  });
});

describe('a filter in SQL', () => {
  const columns = { id: sql`t.id`, unitId: sql`t.unit_id`, isOwnTask: sql`t.is_own_task` };

  it('renders every condition the rules know', () => {
    const filter = {
      $or: [{ id: 'a' }, { $and: [{ unitId: { $in: ['u', 'v'] } }, { $not: { id: { $ne: 'b' }, isOwnTask: false } }] }],
    };
    expect(whereSql(filter, columns)).toEqual({
      text: '(((t.id = ?) or (((t.unit_id = any(?::uuid[])) and (not (t.id is distinct from ? and t.is_own_task = ?))))))',
      params: ['a', '{"u","v"}', 'b', false],
    });
    expect(whereSql({}, columns).text).toBe('true');
  });

  it('refuses a field without a column and an operator it does not know', () => {
    expect(() => whereSql({ password: 'x' }, columns)).toThrow('no column');
    expect(() => whereSql({ id: { $regex: 'x' } }, columns)).toThrow('no SQL');
  });
});

describe('containing', () => {
  it('takes what a person typed literally', () => expect(containing('50%_\\')).toBe('%50\\%\\_\\\\%'));
});
