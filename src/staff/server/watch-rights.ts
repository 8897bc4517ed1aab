import type { Authenticator } from '../../../platform/auth/session.ts';
import type { StoredEvent } from '../../../platform/events/log.ts';

/** Events about one person's rights, with the person as their subject; any other event of the topic may touch everybody. */
const ABOUT_ONE = new Set(['RoleGiven', 'RoleTaken', 'PersonChanged', 'PersonDeactivated', 'PersonReactivated']);
const ABOUT_NOBODY = new Set([
  'ApprovalAsked',
  'ApprovalDecided',
  'FourEyesSet',
  'RoleCreated',
  'RoleArchived',
  'PinSet',
  'PinTaken',
  'BadgeIssued',
  'BadgeBlocked',
  // How people sign in; what ends sessions does so itself.
  'PersonInvited',
  'InvitationResent',
  'InvitationRevoked',
  'InvitationAccepted',
  'CompanyIdentityLinked',
  'PasswordChanged',
  'PasswordReset',
  'SecondFactorTurnedOn',
  'SecondFactorTurnedOff',
  'RecoveryCodesMade',
  'PasskeyAdded',
  'PasskeyRenamed',
  'PasskeyRemoved',
  'SecondFactorPolicySet',
]);

/**
 * Makes open sessions of this process feel a change of rights at once, wherever it was made: the log tells of it within milliseconds of its
 * commit. Give it every event of the topic `staff`. A grant that ends by its own time ends within the 5 s that a session is kept for.
 */
export function hearOfRights(
  { type, subjectId }: Pick<StoredEvent, 'type' | 'subjectId'>,
  sessions: Pick<Authenticator, 'forget'>,
): void {
  if (ABOUT_NOBODY.has(type)) return;
  sessions.forget(ABOUT_ONE.has(type) && subjectId !== null ? subjectId : undefined);
}
