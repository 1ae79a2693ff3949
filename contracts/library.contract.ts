import { oc } from '@orpc/contract';
import { z } from 'zod';
import { POLARITIES } from '#domain/reporting/achievement.ts';
import { Instant, page, PageQuery, Uuid } from './primitives.ts';
import { SkpContent } from './work.schemas.ts';

const fields = {
  job: z.string().trim().max(200),
  indikator: z.string().trim().max(1000),
  aspek: z.enum(['kuantitas', 'kualitas', 'waktu', 'biaya']),
  satuan: z.string().trim().max(100),
  measure: z.string().trim().max(2000),
  target: z.string().trim().max(500),
  polarity: z.enum(POLARITIES).default('higherIsBetter'),
};
export const LibraryIndicatorRow = z.object({ id: Uuid, ...fields, isRetired: z.boolean() });
export type LibraryIndicatorRow = z.infer<typeof LibraryIndicatorRow>;

export const SkpTemplate = z.object({
  id: Uuid,
  job: z.string(),
  name: z.string(),
  content: SkpContent,
  updatedAt: Instant,
});
export type SkpTemplate = z.infer<typeof SkpTemplate>;

export const LibraryImport = z.object({
  isDryRun: z.boolean(),
  rows: z.number().int(),
  added: z.number().int(),
  known: z.number().int(),
  refused: z.number().int(),
  problems: z.array(z.object({ row: z.number().int(), column: z.string(), code: z.string(), value: z.string() })),
});
export type LibraryImport = z.infer<typeof LibraryImport>;

const one = z.object({ id: Uuid });

export const libraryContract = {
  list: oc
    .route({ method: 'GET', path: '/indicator-library', summary: 'Indicators of the library' })
    .input(
      PageQuery.extend({
        search: z.string().trim().max(100).optional(),
        job: z.string().trim().max(200).optional(),
        retired: z.stringbool().optional(),
      }),
    )
    .output(page(LibraryIndicatorRow)),
  jobs: oc
    .route({ method: 'GET', path: '/indicator-library/jobs', summary: 'Jobs the library knows' })
    .output(z.array(z.object({ job: z.string(), indicators: z.number().int() }))),
  add: oc
    .route({ method: 'POST', path: '/indicator-library', summary: 'Add an indicator' })
    .input(z.object(fields))
    .output(LibraryIndicatorRow),
  change: oc
    .route({
      method: 'PUT',
      path: '/indicator-library/{id}',
      summary: 'Change an indicator; SKPs that took it stay as they are',
    })
    .input(one.extend(fields))
    .output(LibraryIndicatorRow),
  retire: oc
    .route({ method: 'DELETE', path: '/indicator-library/{id}', summary: 'Take an indicator out of use' })
    .input(one)
    .output(z.object({ retired: z.literal(true) })),
  importCsv: oc
    .route({
      method: 'POST',
      path: '/indicator-library/imports',
      summary: 'Import indicators (CSV); a dry run changes nothing',
    })
    .input(z.object({ csv: z.string().max(200_000), isDryRun: z.boolean() }))
    .output(LibraryImport),
  suggestions: oc
    .route({
      method: 'GET',
      path: '/cycles/{cycleId}/indicator-suggestions',
      summary: 'Indicators that fit the position of a cycle',
    })
    .input(z.object({ cycleId: Uuid, search: z.string().trim().max(100).default('') }))
    .output(z.array(LibraryIndicatorRow)),
  templates: oc
    .route({ method: 'GET', path: '/skp-templates', summary: 'Templates for SKPs' })
    .output(z.array(SkpTemplate)),
  templatesFor: oc
    .route({
      method: 'GET',
      path: '/cycles/{cycleId}/skp-templates',
      summary: 'Templates that fit the position of a cycle',
    })
    .input(z.object({ cycleId: Uuid }))
    .output(z.array(SkpTemplate)),
  saveTemplate: oc
    .route({ method: 'PUT', path: '/skp-templates', summary: 'Save a template under its job and name' })
    .input(
      z.object({
        job: z.string().trim().min(1, 'library.jobMissing').max(200),
        name: z.string().trim().min(3).max(200),
        content: SkpContent,
      }),
    )
    .output(SkpTemplate),
  retireTemplate: oc
    .route({ method: 'DELETE', path: '/skp-templates/{id}', summary: 'Take a template out of use' })
    .input(one)
    .output(z.object({ retired: z.literal(true) })),
};
