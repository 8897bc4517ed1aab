/** What people are written to about: ways in, and that somebody changed one. */
export type SignInMail =
  | { readonly kind: 'invitation'; readonly link: string; readonly by: string; readonly hours: number }
  | { readonly kind: 'password_reset'; readonly link: string; readonly minutes: number }
  | { readonly kind: 'locked'; readonly link: string; readonly minutes: number }
  | { readonly kind: 'changed'; readonly what: SignInChange };

/** A change of how somebody signs in. */
export type SignInChange =
  | 'password'
  | 'second_factor_on'
  | 'second_factor_off'
  | 'second_factor_reset'
  | 'recovery_codes'
  | 'passkey_added'
  | 'passkey_removed';

type Words = {
  readonly hello: (name: string) => string;
  readonly end: string;
  readonly mail: (mail: SignInMail) => { readonly subject: string; readonly lines: readonly string[] };
};

const en: Words = {
  hello: (name) => `Hello ${name},`,
  end: 'Nobody reads answers to this address.',
  mail: (mail) => {
    switch (mail.kind) {
      case 'invitation':
        return {
          subject: 'You are invited to Oneshelf',
          lines: [
            `${mail.by} invites you to work with Oneshelf. Choose a password here:`,
            mail.link,
            `The link works once and for ${mail.hours} hours. If you did not expect it, do nothing.`,
          ],
        };
      case 'password_reset':
        return {
          subject: 'A new password for Oneshelf',
          lines: [
            'Somebody, probably you, asked for a new password. Choose it here:',
            mail.link,
            `The link works once and for ${mail.minutes} minutes. If it was not you, do nothing: your password stays as it is.`,
          ],
        };
      case 'locked':
        return {
          subject: 'Too many wrong passwords at Oneshelf',
          lines: [
            'Somebody tried many wrong passwords for your account, so signing in with a password is closed for a while. If it was you, or if you want to get in now, choose a new one here:',
            mail.link,
            `The link works once and for ${mail.minutes} minutes. Passkeys work as ever.`,
          ],
        };
      case 'changed':
        return {
          subject: 'How you sign in to Oneshelf has changed',
          lines: [
            {
              password: 'Your password was changed.',
              second_factor_on: 'Codes were turned on for your account.',
              second_factor_off: 'Codes were turned off for your account.',
              second_factor_reset:
                'Your second factor (codes and passkeys) was taken away by somebody who looks after rights, and you were signed out everywhere.',
              recovery_codes: 'New recovery codes were made for your account; the old ones are void.',
              passkey_added: 'A passkey was added to your account.',
              passkey_removed: 'A passkey was removed from your account.',
            }[mail.what],
            'If it was not you, ask for a new password on the sign-in page at once and tell whoever looks after Oneshelf.',
          ],
        };
    }
  },
};

const es: Words = {
  hello: (name) => `Hola, ${name}:`,
  end: 'Nadie lee las respuestas a esta dirección.',
  mail: (mail) => {
    switch (mail.kind) {
      case 'invitation':
        return {
          subject: 'Te invitan a Oneshelf',
          lines: [
            `${mail.by} te invita a trabajar con Oneshelf. Elige una contraseña aquí:`,
            mail.link,
            `El enlace sirve una vez y durante ${mail.hours} horas. Si no lo esperabas, no hagas nada.`,
          ],
        };
      case 'password_reset':
        return {
          subject: 'Una contraseña nueva para Oneshelf',
          lines: [
            'Alguien, probablemente tú, pidió una contraseña nueva. Elígela aquí:',
            mail.link,
            `El enlace sirve una vez y durante ${mail.minutes} minutos. Si no fuiste tú, no hagas nada: tu contraseña no cambia.`,
          ],
        };
      case 'locked':
        return {
          subject: 'Demasiadas contraseñas equivocadas en Oneshelf',
          lines: [
            'Alguien probó muchas contraseñas equivocadas con tu cuenta, así que la entrada con contraseña está cerrada por un tiempo. Si fuiste tú, o si quieres entrar ya, elige una nueva aquí:',
            mail.link,
            `El enlace sirve una vez y durante ${mail.minutes} minutos. Las llaves de acceso funcionan como siempre.`,
          ],
        };
      case 'changed':
        return {
          subject: 'Ha cambiado tu forma de entrar en Oneshelf',
          lines: [
            {
              password: 'Se cambió tu contraseña.',
              second_factor_on: 'Se activaron los códigos para tu cuenta.',
              second_factor_off: 'Se desactivaron los códigos para tu cuenta.',
              second_factor_reset:
                'Alguien que cuida de los derechos retiró tu segundo factor (códigos y llaves de acceso), y se cerraron todas tus sesiones.',
              recovery_codes: 'Se crearon códigos de recuperación nuevos; los anteriores ya no valen.',
              passkey_added: 'Se añadió una llave de acceso a tu cuenta.',
              passkey_removed: 'Se quitó una llave de acceso de tu cuenta.',
            }[mail.what],
            'Si no fuiste tú, pide ahora mismo una contraseña nueva en la página de entrada y avisa a quien cuida de Oneshelf.',
          ],
        };
    }
  },
};

/** The mail in the person's language: Spanish, else English. */
export function wordMail(
  to: { readonly name: string; readonly locale: string },
  mail: SignInMail,
): { readonly subject: string; readonly text: string } {
  const words = to.locale.startsWith('es') ? es : en;
  const { subject, lines } = words.mail(mail);
  return { subject, text: [words.hello(to.name), ...lines, words.end].join('\n\n') };
}
