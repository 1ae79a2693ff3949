import { fireEvent, screen, waitFor } from '@testing-library/vue';
import { expect, it } from 'vitest';
import { fakeApi, noNetwork, problem, show } from '../../testing/app.ts';
import { sampleMe } from '../../testing/sample.ts';
import SignInPage from './pages/SignInPage.vue';

const typeIn = async (number: string, password: string): Promise<void> => {
  await fireEvent.update(screen.getByLabelText('NIP atau NI PPPK'), number);
  await fireEvent.update(screen.getByLabelText('Kata sandi'), password);
  await fireEvent.click(screen.getByRole('button', { name: 'Masuk' }));
};

it('asks for what is missing and links to the field', async () => {
  fakeApi({});
  await show(SignInPage, { me: null });
  await fireEvent.click(screen.getByRole('button', { name: 'Masuk' }));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Isi NIP atau NI PPPK Anda');
  expect(document.activeElement).toBe(alert);
  await fireEvent.click(screen.getByRole('link', { name: 'Isi kata sandi Anda' }));
  expect(document.activeElement).toBe(screen.getByLabelText('Kata sandi'));
  expect(screen.getByLabelText('Kata sandi').getAttribute('aria-invalid')).toBe('true');
});

it('signs in with a number written in groups and goes back to where one wanted to go', async () => {
  const calls = fakeApi({ 'POST /api/session': () => ({ body: sampleMe() }) });
  const { router } = await show(SignInPage, { me: null, path: '/sign-in?back=/team' });
  await typeIn('19800101 200501 2 001', 'rahasia');
  await waitFor(() => expect(router.currentRoute.value.path).toBe('/team'));
  expect(calls[0]!.body).toEqual({ number: '198001012005012001', password: 'rahasia' });
});

it('never goes to another site', async () => {
  fakeApi({ 'POST /api/session': () => ({ body: sampleMe() }) });
  const { router } = await show(SignInPage, { me: null, path: '/sign-in?back=//jahat.example' });
  await typeIn('1', 'x');
  await waitFor(() => expect(router.currentRoute.value.path).toBe('/inbox'));
});

it.each([
  [problem(401, 'session.invalid'), 'NIP atau kata sandi tidak cocok'],
  [problem(429, 'session.throttled'), 'Terlalu banyak percobaan masuk'],
])('says why it was refused', async (answer, text) => {
  fakeApi({ 'POST /api/session': () => answer });
  await show(SignInPage, { me: null });
  await typeIn('198001012005012001', 'salah');
  expect((await screen.findByRole('alert')).textContent).toContain(text);
  expect((screen.getByLabelText('NIP atau NI PPPK') as HTMLInputElement).value).toBe('198001012005012001');
});

it('says that nothing answered', async () => {
  fakeApi({ 'POST /api/session': noNetwork });
  await show(SignInPage, { me: null });
  await typeIn('1', 'x');
  expect((await screen.findByRole('alert')).textContent).toContain('Tidak ada jawaban dari layanan');
});

it('shows the password when asked, and works with password managers', async () => {
  fakeApi({});
  await show(SignInPage, { me: null });
  const password = screen.getByLabelText('Kata sandi');
  expect(screen.getByLabelText('NIP atau NI PPPK').getAttribute('autocomplete')).toBe('username');
  expect(password.getAttribute('autocomplete')).toBe('current-password');
  await fireEvent.click(screen.getByLabelText('Tampilkan kata sandi'));
  expect(password.getAttribute('type')).toBe('text');
});
