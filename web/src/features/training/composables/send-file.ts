import { problemFrom } from '../../../problem.ts';

/** Sends a file as the body of a request; throws the problem that the API answers with. */
export async function sendFile(path: string, file: File): Promise<void> {
  const response = await fetch(`/api${path}?name=${encodeURIComponent(file.name)}`, { method: 'POST', body: file, credentials: 'same-origin', headers: { 'content-type': 'application/octet-stream' } });
  if (!response.ok) throw problemFrom(await response.json().catch(() => null), response.status);
}
