"""Who may see notices and the outbox."""

from portal.accounts.models import Person, Role
from portal.notifications.models import Notice, Outgoing, Webhook


def may_read(actor: Person, notice: Notice) -> bool:
    """Only the person who was told."""
    return notice.recipient_id == actor.id


def may_see_outbox(actor: Person) -> bool:
    """Those who chase mails that do not arrive; they see where a mail went and why it did not, not what it says."""
    return actor.has_role(Role.ADMINISTRATOR, Role.MEETING_OFFICE)


def may_see_outgoing(actor: Person, going: Outgoing) -> bool:
    return may_see_outbox(actor)


def may_manage_webhooks(actor: Person) -> bool:
    """Those who may let the portal write to servers outside."""
    return actor.has_role(Role.ADMINISTRATOR)


def may_see_webhook(actor: Person, webhook: Webhook) -> bool:
    return may_manage_webhooks(actor)
