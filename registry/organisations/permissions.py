from registry.core.permissions import PUBLIC_ROLE, allow
from registry.core.roles import Role

allow("organisations.view", roles={PUBLIC_ROLE})
allow("organisations.decide", roles={Role.REVIEWER})
allow("organisations.suspend", roles={Role.APPROVER})
allow("organisations.close", roles={Role.ADMINISTRATOR}, relation="own")
allow("accreditations.grant", roles={Role.APPROVER})
allow("accreditations.decide", roles={Role.APPROVER})
allow("organisations.add_member", roles={Role.ADMINISTRATOR}, relation="own")
allow("organisations.add_member", roles={"system"})
