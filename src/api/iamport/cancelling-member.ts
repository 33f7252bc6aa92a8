import type { CancellingMember } from '../../core/cancellation/request.ts';
import { type ConsoleSettings, needsApproval } from '../../core/members/console-settings.ts';
import type { Member } from '../../core/members/member.ts';

/** A member who cancels at once, as far as the settings let a member of this role. */
export function cancellingMember(member: Member, settings: ConsoleSettings): CancellingMember {
  return {
    by: `member:${member.email}`,
    why: 'asked for in the console',
    refundRequestId: null,
    needsApproval: (minor, currency) => needsApproval(settings, member.role, { currency, minor }),
  };
}
