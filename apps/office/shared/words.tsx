import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { officeEn } from '../messages/en.ts';

declare module 'use-intl' {
  interface AppConfig {
    Messages: typeof officeEn;
  }
}

/** The languages of the office. */
export type OfficeLocale = 'en' | 'es';

const KEY = 'oneshelf.locale';

/** The language chosen on this machine, else the browser's, else English. */
function startLocale(): OfficeLocale {
  const wanted = readStored() ?? navigator.languages.find((one) => /^(en|es)\b/.test(one)) ?? 'en';
  return wanted.startsWith('es') ? 'es' : 'en';
}

function readStored(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers the language on this machine and shows it. */
export function chooseLocale(locale: OfficeLocale): void {
  try {
    localStorage.setItem(KEY, locale);
  } catch {
    // Forgotten with the tab; still right now.
  }
  dispatchEvent(new CustomEvent(KEY, { detail: locale }));
}

/** Gives every part below its words. Spanish is fetched when it is wanted. */
export function Words({ children }: { children: ReactNode }) {
  const [locale, setLocale] = useState<OfficeLocale>(startLocale);
  const [messages, setMessages] = useState<typeof officeEn | undefined>(locale === 'en' ? officeEn : undefined);
  useEffect(() => {
    const choose = (event: Event): void => setLocale((event as CustomEvent<OfficeLocale>).detail);
    addEventListener(KEY, choose);
    return () => removeEventListener(KEY, choose);
  }, []);
  useEffect(() => {
    document.documentElement.lang = locale;
    if (locale === 'en') {
      setMessages(officeEn);
      return undefined;
    }
    let wanted = true;
    void import('../messages/es.ts').then(({ officeEs }) => wanted && setMessages(officeEs));
    return () => {
      wanted = false;
    };
  }, [locale]);
  if (messages === undefined) return null;
  return (
    <IntlProvider
      locale={regionOf(locale)}
      messages={messages}
      timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
    >
      {children}
    </IntlProvider>
  );
}

/** The language as it is written where the reader is: in London the day comes first, in Chicago the month. */
function regionOf(locale: OfficeLocale): string {
  return navigator.languages.find((one) => one.startsWith(`${locale}-`)) ?? locale;
}
