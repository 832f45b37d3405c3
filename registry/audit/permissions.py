from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow
from registry.core.roles import ROLES_OF_KIND, OrganisationKind

AUTHORITY = ROLES_OF_KIND[OrganisationKind.AUTHORITY]
allow("audit.view_checkpoints", roles={PUBLIC_ROLE})
allow("audit.cosign", roles={PUBLIC_ROLE})  # the signature is what counts, not who brings it
allow("audit.view", roles=AUTHORITY)
allow("audit.verify", roles=AUTHORITY | {"system"})
allow("audit.export", roles=AUTHORITY | {"system"})
allow("audit.change_key", roles={"system"})

acts.name(
    audit__export=_("Audit log exported"),
    audit__change_key=_("Key of the audit log changed"),
)
