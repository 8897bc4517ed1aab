/**
 * Tables whose rows stay: who is signed in where, what a machine or a program of the old installation is doing at the moment, and secrets that are sealed with its
 * keys. Everybody signs in again; keys, webhooks and devices are set up anew.
 */
export const LEFT_OUT: ReadonlySet<string> = new Set([
  'company_register_secret',
  'platform_backup',
  'platform_file',
  'platform_file_part',
  'platform_import',
  'platform_import_chunk',
  'platform_import_problem',
  'platform_lease',
  'platform_migration',
  'platform_throttle',
  'platform_webhook',
  'platform_webhook_delivery',
  'platform_webhook_progress',
  'platform_webhook_secret',
  'staff_api_key',
  'staff_api_secret',
  'staff_company_identity',
  'staff_invitation',
  'staff_pairing_code',
  'staff_passkey',
  'staff_pin',
  'staff_recovery_code',
  'staff_register_try',
  'staff_session',
  'staff_ticket',
  'staff_totp',
]);
