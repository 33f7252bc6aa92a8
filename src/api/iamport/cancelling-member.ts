import type { CancellingMember } from '../../core/cancellation/request.ts';
import { type ConsoleSettings, needsApproval } from '../../core/members/console-settings.ts';
import type { Member } from '../../core/members/member.ts';
import { askerOf } from '../foundation/member-entrance.ts';

/** A member who cancels at once, as far as the settings let a member of this role. */
export function cancellingMember(member: Member, settings: ConsoleSettings): CancellingMember {
  return {
    ...askerOf(member),
    refundRequestId: null,
    needsApproval: (minor, currency) => needsApproval(settings, member.role, { currency, minor }),
  };
}
