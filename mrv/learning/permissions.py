from registry.core.permissions import PUBLIC_ROLE, allow

allow("learning.answer", roles={PUBLIC_ROLE})
