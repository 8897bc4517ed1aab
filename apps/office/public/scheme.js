// Before the first paint, so that a dark room stays dark: the chosen scheme, else the system's.
{
  let wanted = 'auto';
  try {
    wanted = localStorage.getItem('mantine-color-scheme-value') ?? 'auto';
  } catch {
    // Storage is forbidden: the system decides.
  }
  const night = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', night ? 'dark' : 'light');
}
