/** Browser and system in a few words, from the long text that browsers send. */
export function deviceName(userAgent: string): string {
  const first = (names: readonly (readonly [RegExp, string])[]): string =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? '';
  const browser = first([
    [/Edg\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ]);
  const system = first([
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS/, 'macOS'],
    [/Linux/, 'Linux'],
  ]);
  return [browser || userAgent.replace(/[^\w ./-]/g, '').slice(0, 40), system].filter(Boolean).join(', ');
}
